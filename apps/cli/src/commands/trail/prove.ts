import { writeFile } from 'node:fs/promises';
import { TacetError } from '@tacet/records';
import {
  formatProof,
  openCheckpoint,
  readBundle,
  readCheckpoint,
  readNote,
  type SignedCheckpoint,
  TILE_WIDTH,
  type TileSource,
  tileProver,
  type VerifierKey,
  widthAt,
  witnessedPath,
} from '@tacet/trail';
import { type Io, STATUS } from '../../io.ts';
import { wholeNumber } from '../../options.ts';
import { findTrail, readKey, type TrailPlace, trailKeyOf } from '../../trailing/place.ts';

export interface ProveOptions extends TrailPlace {
  out?: string;
  /** Key of a witness whose cosignature the proof is to carry. */
  witness?: string;
}

/** `tacet trail prove ENTRY`: an entry with its inclusion proof, as c2sp.org/tlog-proof. */
export async function prove(entry: string, options: ProveOptions, io: Io): Promise<number> {
  const found = await findTrail(options, io);
  const key = await trailKeyOf(options, found.knownKey);
  const checkpoint =
    options.witness === undefined
      ? await readCheckpoint(found.source, key)
      : await readWitnessed(found.source, key, await readKey(options.witness));
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

async function readWitnessed(
  source: TileSource,
  key: VerifierKey,
  witness: VerifierKey,
): Promise<SignedCheckpoint> {
  const text = await readNote(source, witnessedPath(witness));
  if (text === undefined)
    throw new TacetError('TRAIL_NOT_WITNESSED', `no checkpoint of this trail is cosigned by ${witness.name}`);
  return openCheckpoint(text, key);
}
