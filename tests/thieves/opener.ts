import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hpkeOpen } from '../../packages/seal/tests/independent-primitives.ts';

// A thief, in a process and perhaps a system user of his own: tries every key in his folder on all that was
// sealed, by an opener written from docs/format.md, and says which epochs opened, and what he could list.
// node opener.ts FOLDER VICTIM

/** What stands in `sealed.json`, hexadecimal: everybody who sees the server's traffic has it. */
export interface Sealed {
  epoch: number;
  info: string;
  enc: string;
  sealed: string;
}

const [folder, victim] = process.argv.slice(2) as [string, string];
const sealed: Sealed[] = JSON.parse(readFileSync(join(folder, 'sealed.json'), 'utf8'));
const keys = readdirSync(join(folder, 'keys'))
  .map((name) => readFileSync(join(folder, 'keys', name)))
  .filter((bytes) => bytes.length === 32);
const opened = new Set<number>();
for (const { epoch, ...parts } of sealed) {
  const [info, enc, box] = [parts.info, parts.enc, parts.sealed].map((hex) => Buffer.from(hex, 'hex'));
  for (const key of keys) if (await hpkeOpen(key, info!, enc!, box!)) opened.add(epoch);
}
let listed = true;
try {
  readdirSync(victim);
} catch {
  listed = false;
}
process.stdout.write(JSON.stringify({ keys: keys.length, opened: [...opened].sort(), listed }));
