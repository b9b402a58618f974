import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { toHex } from '../src/encoding/bytes.ts';
import { encodeIdentity } from '../src/identity/file.ts';
import { foundWorkspace, protectIdentity } from '../src/index.ts';
import { repeatable } from '../tests/random.ts';
import { authorityVectors } from './make/authority.ts';
import { erasingVectors } from './make/erasing.ts';
import { NOW } from './make/ground.ts';
import { keyringVectors } from './make/keyring.ts';
import { searchVectors } from './make/search.ts';
import { segmentVectors } from './make/segments.ts';

/** The test vectors, by file name. The same every time: all randomness comes from a seed. */
export async function makeVectors(): Promise<Record<string, unknown>> {
  return {
    'authority.json': await authorityVectors(),
    'segments.json': await segmentVectors(),
    'keyring.json': await keyringVectors(),
    'erasing.json': await erasingVectors(),
    ...(await searchVectors()),
  };
}

async function main(): Promise<void> {
  const write = (name: string, value: unknown) =>
    writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(value, null, 1)}\n`);
  for (const [name, value] of Object.entries(await makeVectors())) write(name, value);
  // age draws its own salt and nonce: this one file cannot be made again, so it is made once.
  if (existsSync(new URL('identity.json', import.meta.url))) return;
  const { identity } = await foundWorkspace({ workspace: 'acme', now: NOW, random: repeatable('vectors') });
  const passphrase = 'caf\u00e9 au lait';
  const file = await protectIdentity(identity, passphrase, { workFactor: 10 });
  write('identity.json', { passphrase, payload: toHex(encodeIdentity(identity)), file: toHex(file) });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
