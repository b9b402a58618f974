import { TacetError } from '@tacet/records';
import { activeReaders, type Reader, recordHash, toHex, verifyKeyring } from '@tacet/seal';
import { authorityRecords, fromBase64, REQUEST_LIMITS, toBase64 } from '@tacet/search/wire';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { loadAuthority } from '../authority.ts';
import { keyringsOf } from '../authority-changes.ts';
import { readJson } from '../http/json.ts';

/** Every record of a large workspace signed anew, in base64. */
const MAX_BYTES = 32 * 1024 * 1024;
const MAX_KEYRING_BYTES = 128 * 1024;
const Asked = z.object({
  epoch: z.coerce.number().int().min(1).max(4_294_967_295),
  reader: z.string().regex(/^[0-9a-f]{64}$/),
});
const Kept = z.strictObject({ keyring: z.string() });

/**
 * `POST /v1/authority`: appends records that holders of the workspace's keys signed elsewhere. Answers
 * with what it came to once that is durable. The server has none of those keys.
 *
 * `GET /v1/keyrings?epoch=N&reader=ID`, `POST /v1/keyrings`: readers' keyrings, for readers. The server opens none.
 */
export function routeKeys(app: App, parts: AppParts): void {
  const { stores, trail, config } = parts;
  const { workspace } = config;
  const rootHash = new Uint8Array(Buffer.from(config.rootHash, 'hex'));
  const authority = () => loadAuthority(stores.control, workspace, rootHash);

  app.post('/v1/authority', async (c) => {
    const body = await readJson(c, parts, z.unknown(), MAX_BYTES);
    const records = authorityRecords(body, (what) => {
      throw new TacetError('REQUEST_INVALID', `not a list of records: ${what}`);
    });
    return c.json(await parts.authority.append(records, c.get('principal').id));
  });

  app.get('/v1/keyrings', async (c) => {
    const asked = Asked.safeParse(c.req.query());
    if (!asked.success) throw new TacetError('REQUEST_INVALID', 'say which: ?epoch=N&reader=ID');
    const { epoch, reader } = asked.data;
    const readers = activeReaders(await authority());
    const [own, others] = [true, false].map((mine) =>
      readers.filter(({ id }) => mine === (toHex(id) === reader)),
    );
    const kept = ({ id }: Reader) => stores.control.records(workspace, keyringsOf(epoch, id));
    const keyrings = (await Promise.all(own!.map(kept))).flat();
    // What others made helps too: of each as many, so that nobody's take all the room.
    const each = Math.floor((REQUEST_LIMITS.keyrings - keyrings.length) / Math.max(1, others!.length));
    if (each > 0) for (const other of others!) keyrings.push(...(await kept(other)).slice(-each));
    return c.json({ keyrings: keyrings.map(toBase64) });
  });

  app.post('/v1/keyrings', async (c) => {
    const record = fromBase64((await readJson(c, parts, Kept, MAX_KEYRING_BYTES)).keyring);
    if (!record) throw new TacetError('REQUEST_INVALID', 'a keyring is sent in base64');
    const { epoch, reader } = await verifyKeyring(record, await authority());
    const kind = keyringsOf(epoch, reader);
    if ((await stores.control.records(workspace, kind)).length >= REQUEST_LIMITS.keyrings)
      throw new TacetError('KEYRING_INVALID', 'as many keyrings as are kept of this reader and epoch');
    const facts = { records: [`keyrings ${toHex(recordHash(record))}`] };
    await trail.append({ kind: 'keys', workspace, actor: c.get('principal').id, facts });
    await stores.control.appendRecord(workspace, kind, record);
    return c.json({ kept: true });
  });
}
