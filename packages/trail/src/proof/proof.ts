import { TacetError } from '@tacet/records';
import { formatCheckpoint, openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import type { VerifierKey } from './note.ts';
import { fromBase64, toBase64 } from './text.ts';

/** An entry with all that shows it is in a log: c2sp.org/tlog-proof, the entry being the extra data. */
export interface EntryProof {
  leaf: Uint8Array;
  index: number;
  /** From the leaf's sibling up. */
  path: Uint8Array[];
}

const HEADER = 'c2sp.org/tlog-proof@v1';
const MAX_PROOF = 256 * 1024;
const MAX_PATH = 63;

const invalid = (what: string) => new TacetError('PROOF_INVALID', what);

export function formatProof({ leaf, index, path }: EntryProof, checkpoint: SignedCheckpoint): string {
  const chunks = Array.from({ length: Math.ceil(leaf.length / 8190) }, (_, at) =>
    toBase64(leaf.subarray(at * 8190, (at + 1) * 8190)),
  );
  const lines = [HEADER, `extra ${chunks.join('')}`, `index ${index}`, ...path.map(toBase64)];
  return `${lines.join('\n')}\n\n${formatCheckpoint(checkpoint)}`;
}

/**
 * Reads a proof and checks that its entry is in the log whose key this is. Throws PROOF_INVALID when it
 * is no proof or does not prove that, and as `openCheckpoint`.
 */
export async function openProof(
  text: string,
  key: VerifierKey,
): Promise<EntryProof & { checkpoint: SignedCheckpoint }> {
  const split = text.indexOf('\n\n');
  if (text.length > MAX_PROOF || split < 0) throw invalid('this is not a proof of the known form');
  const [header, extra, at, ...hashes] = text.slice(0, split).split('\n');
  const leaf = extra?.startsWith('extra ') ? fromBase64(extra.slice(6)) : undefined;
  const digits = /^index (0|[1-9]\d{0,15})$/.exec(at ?? '')?.[1];
  const path = hashes.map((hash) => fromBase64(hash) ?? new Uint8Array());
  if (header !== HEADER || !leaf || !digits || path.length > MAX_PATH)
    throw invalid('this is not a proof of the known form');
  const checkpoint = await openCheckpoint(text.slice(split + 2), key);
  const index = Number(digits);
  const { size, root } = checkpoint;
  if (!verifyInclusion(BigInt(digits), BigInt(size), leafHash(leaf), path, root))
    throw invalid('the proof does not show that the entry is in the trail');
  return { leaf, index, path, checkpoint };
}
