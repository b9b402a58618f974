import { TacetError } from '@tacet/records';
import { toHex } from '@tacet/seal';
import {
  decodeEntry,
  leafHash,
  manifestOf,
  openCheckpoint,
  type SegmentParts,
  segmentHash,
  type VerifierKey,
  verifyInclusion,
} from '@tacet/trail/proof';
import type { Call, SearchServer } from './port.ts';

/**
 * Hashes of segments by id, both hexadecimal, as the trail names them: each by an entry that is proven to
 * be in the log whose key this is. What no proven entry names is absent. Throws CHECKPOINT_* and
 * PROOF_INVALID when the server's proofs do not hold.
 */
export async function provenHashes(
  server: SearchServer,
  ids: string[],
  key: VerifierKey,
  call: Call,
): Promise<Map<string, string>> {
  const { checkpoint: text, entries } = await server.manifests(ids, call);
  const { size, root } = await openCheckpoint(text, key);
  const hashes = new Map<string, string>();
  for (const { index, leaf, path } of entries) {
    if (!verifyInclusion(BigInt(index), BigInt(size), leafHash(leaf), path, root))
      throw new TacetError('PROOF_INVALID', 'the server proves a manifest that is not in the trail');
    for (const { id, hash } of manifestOf(decodeEntry(leaf)).segments) hashes.set(id, hash);
  }
  return hashes;
}

/** Throws MANIFEST_MISSING unless the trail names the segment as it is. */
export function requireManifest(
  id: string,
  segment: SegmentParts,
  hashes: ReadonlyMap<string, string>,
): void {
  if (hashes.get(id) === toHex(segmentHash(segment))) return;
  throw new TacetError('MANIFEST_MISSING', 'the trail does not name this segment: it is not shown');
}
