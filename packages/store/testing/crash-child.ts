/**
 * A process made to be killed: writes to a store as fast as it can and prints what was acknowledged,
 * one line of hexadecimal ids a call. Arguments: `log` or `control`, the store's path, the share key file.
 */
import { randomBytes as random } from 'node:crypto';
import { openControlEmbedded } from '../src/control/embedded.ts';
import { openEmbedded } from '../src/log/embedded.ts';
import { randomBytes, segment } from './segments.ts';

const [kind, path = '', shareKeyFile = ''] = process.argv.slice(2);
const BATCH = 8;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

async function writer(): Promise<(ids: Uint8Array[]) => Promise<void>> {
  if (kind === 'log') {
    const store = await openEmbedded({ path });
    return (ids) => store.insert(ids.map((id) => segment({ id, ciphertext: random(20_000) })));
  }
  const store = await openControlEmbedded({ path, shareKeyFile });
  return (ids) =>
    store.addShares(
      ids.map((segment) => ({ segment, workspace: 'main', periodNo: 0, share: randomBytes(32) })),
    );
}

const write = await writer();
for (;;) {
  const ids = Array.from({ length: BATCH }, () => randomBytes(16));
  process.stdout.write(`try ${ids.map(hex).join(' ')}\n`);
  await write(ids);
  process.stdout.write(`done ${ids.map(hex).join(' ')}\n`);
}
