import { readFile } from 'node:fs/promises';
import type { FoundFile } from './files.ts';
import { asText, looksRandom } from './judge.ts';
import type { Visible } from './report.ts';

/** Sizes of files that are a key and little else; bytes. */
const LEAST = 16;
const MOST = 128;

/** Hashes of the trail's tree are as random as keys, and public: c2sp.org/tlog-tiles. */
const TILE = /(?:^|\/)tile\/\d\/[x\d/]+(?:\.p\/\d+)?$/;

/** Whether 32 bytes in a row look random: the length of most keys, perhaps with a name before them. */
function holdsKey(bytes: Uint8Array): boolean {
  const length = Math.min(32, bytes.length);
  for (let at = 0; at + length <= bytes.length; at++) {
    const window = bytes.subarray(at, at + length);
    if (asText(window) === undefined && looksRandom(window)) return true;
  }
  return false;
}

/** Small files of random bytes are keys, as far as a thief can tell. */
export async function keyFiles(files: readonly FoundFile[]): Promise<Visible[]> {
  const found: Visible[] = [];
  for (const file of files.filter(({ size, name }) => size >= LEAST && size <= MOST && !TILE.test(name))) {
    const bytes = await readFile(file.path).catch(() => new Uint8Array(0));
    if (bytes.length > MOST || !holdsKey(bytes)) continue;
    found.push({
      where: file.name,
      column: '(whole file)',
      type: 'bytes',
      rows: 1,
      distinct: 1,
      judgement: 'key material',
      sample: [`${bytes.length} bytes, most of them random`],
    });
  }
  return found;
}
