import { writeFile } from 'node:fs/promises';
import { formatProof, readBundle, readCheckpoint, TILE_WIDTH, tileProver, widthAt } from '@tacet/trail';
import { type Io, STATUS } from '../../io.ts';
import { wholeNumber } from '../../options.ts';
import { findTrail, type TrailPlace, trailKeyOf } from '../../trailing/place.ts';

export interface ProveOptions extends TrailPlace {
  out?: string;
}

/** `tacet trail prove ENTRY`: an entry with its inclusion proof, as c2sp.org/tlog-proof. */
export async function prove(entry: string, options: ProveOptions, io: Io): Promise<number> {
  const found = await findTrail(options, io);
  const checkpoint = await readCheckpoint(found.source, await trailKeyOf(options, found.knownKey));
  const { size } = checkpoint;
  const index = wholeNumber('ENTRY', entry, 0, size - 1);
  const bundle = Math.floor(index / TILE_WIDTH);
  const entries = await readBundle(found.source, bundle, widthAt(bundle, size));
  const path = await tileProver(found.source, size).inclusion(index, size);
  const proof = formatProof({ leaf: entries[index % TILE_WIDTH]!, index, path }, checkpoint);
  if (options.out === undefined) io.stdout.write(proof);
  else {
    await writeFile(options.out, proof, { flag: 'wx' });
    io.stderr.write(`tacet: entry ${index} of ${size} and its proof are in ${options.out}\n`);
  }
  return STATUS.done;
}
