import { formatCheckpoint, type SignedCheckpoint } from '../proof/checkpoint.ts';
import { fromBase64, toBase64 } from '../proof/text.ts';

/** The body of `add-checkpoint` of c2sp.org/tlog-witness. */
export interface AddCheckpoint {
  /** Size of the checkpoint that the witness has. */
  old: number;
  /** From there to the new one. */
  proof: Uint8Array[];
  /** The new one, a signed note. */
  checkpoint: string;
}

const MAX_PROOF = 63;
/** Bytes of such a body: a proof and a note. */
export const MAX_ADD_CHECKPOINT = 128 * 1024;

export function formatAddCheckpoint(
  old: number,
  proof: readonly Uint8Array[],
  next: SignedCheckpoint,
): string {
  return `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${formatCheckpoint(next)}`;
}

/** Reads such a body; undefined when it is none. */
export function parseAddCheckpoint(body: string): AddCheckpoint | undefined {
  const split = body.indexOf('\n\n');
  if (split < 0) return undefined;
  const [first, ...hashes] = body.slice(0, split).split('\n');
  const old = /^old (0|[1-9]\d{0,15})$/.exec(first ?? '')?.[1];
  const proof = hashes.map(fromBase64);
  if (old === undefined || !Number.isSafeInteger(Number(old)) || proof.length > MAX_PROOF) return undefined;
  if (!proof.every((hash) => hash?.length === 32)) return undefined;
  return { old: Number(old), proof: proof as Uint8Array[], checkpoint: body.slice(split + 2) };
}
