import { TacetError } from '@tacet/records';
import { recordHash, toHex, verifyKeyring } from '@tacet/seal';
import { authorityRecords, fromBase64, REQUEST_LIMITS, toBase64 } from '@tacet/search/wire';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { loadAuthority } from '../authority.ts';
import { keyringsOf } from '../authority-changes.ts';
import { readJson } from '../http/json.ts';

/** Every record of a large workspace signed anew, in base64. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_KEYRING_BYTES = 128 * 1024;
const Epoch = z.coerce.number().int().min(1).max(4_294_967_295);
const Kept = z.strictObject({ keyring: z.string() });

/**
 * `POST /v1/authority`: appends records that holders of the workspace's keys signed elsewhere. Answers
 * with what it came to once that is durable. The server has none of those keys.
 *
 * `GET /v1/keyrings?epoch=N`, `POST /v1/keyrings`: readers' keyrings, for readers. The server opens none.
 */
export function routeKeys(app: App, parts: AppParts): void {
  const { stores, trail, config } = parts;
  const { workspace } = config;
  const rootHash = new Uint8Array(Buffer.from(config.rootHash, 'hex'));

  app.post('/v1/authority', async (c) => {
    const body = await readJson(c, parts, z.unknown(), MAX_BYTES);
    const records = authorityRecords(body, (what) => {
      throw new TacetError('REQUEST_INVALID', `not a list of records: ${what}`);
    });
    return c.json(await parts.authority.append(records, c.get('principal').id));
  });

  app.get('/v1/keyrings', async (c) => {
    const epoch = Epoch.safeParse(c.req.query('epoch'));
    if (!epoch.success) throw new TacetError('REQUEST_INVALID', 'say of which epoch: ?epoch=N');
    const keyrings = await stores.control.records(workspace, keyringsOf(epoch.data));
    return c.json({ keyrings: keyrings.map(toBase64) });
  });

  app.post('/v1/keyrings', async (c) => {
    const record = fromBase64((await readJson(c, parts, Kept, MAX_KEYRING_BYTES)).keyring);
    if (!record) throw new TacetError('REQUEST_INVALID', 'a keyring is sent in base64');
    const { epoch } = await verifyKeyring(record, await loadAuthority(stores.control, workspace, rootHash));
    const kind = keyringsOf(epoch);
    if ((await stores.control.records(workspace, kind)).length >= REQUEST_LIMITS.keyrings)
      throw new TacetError('KEYRING_INVALID', 'this epoch has as many keyrings as are kept');
    const facts = { records: [`keyrings ${toHex(recordHash(record))}`] };
    await trail.append({ kind: 'keys', workspace, actor: c.get('principal').id, facts });
    await stores.control.appendRecord(workspace, kind, record);
    return c.json({ kept: true });
  });
}
