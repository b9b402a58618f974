import { TacetError } from '@tacet/records';
import type { SignedCheckpoint } from '../proof/checkpoint.ts';
import { cosignedAt } from '../proof/checkpoint.ts';
import {
  type Note,
  type NoteSignature,
  parseSignature,
  signaturesBy,
  type VerifierKey,
} from '../proof/note.ts';
import type { Prover } from '../proof/prove.ts';
import { formatAddCheckpoint } from './message.ts';

/** A witness to send checkpoints to. */
export interface WitnessAddress {
  /** Its submission prefix. */
  url: string;
  key: VerifierKey;
}

const PATIENCE_MS = 10_000;
const MAX_ANSWER = 64 * 1024;

const unreachable = (why: string, cause?: unknown) =>
  new TacetError('WITNESS_UNAVAILABLE', `the witness ${why}`, { cause });

/**
 * Has a witness cosign a checkpoint; gives the note with the log's signatures and the witness's. `seen` is
 * the size that the witness had last, as far as is known. Throws WITNESS_UNAVAILABLE when it does not
 * answer as it should, TRAIL_ROLLED_BACK when it has seen more of this log than there is.
 */
export async function requestCosignature(
  { url, key }: WitnessAddress,
  checkpoint: SignedCheckpoint,
  prover: Prover,
  seen: number,
): Promise<Note> {
  let old = Math.min(seen, checkpoint.size);
  for (let attempt = 0; attempt < 2; attempt++) {
    const proof = await prover.consistency(old, checkpoint.size);
    const { status, body } = await post(url, formatAddCheckpoint(old, proof, checkpoint));
    if (status === 200) return withCosignature(checkpoint, key, body);
    if (status !== 409) throw unreachable(`refused the checkpoint with status ${status}`);
    old = sizeIn(body);
    if (old > checkpoint.size)
      throw new TacetError(
        'TRAIL_ROLLED_BACK',
        `${key.name} has seen ${old} entries of this trail, which has ${checkpoint.size}`,
      );
  }
  throw unreachable('names another size each time');
}

function sizeIn(body: string): number {
  const size = /^(0|[1-9]\d{0,15})\n$/.exec(body)?.[1];
  if (size === undefined || !Number.isSafeInteger(Number(size))) throw unreachable('names no size');
  return Number(size);
}

/** Throws WITNESS_UNAVAILABLE unless a line of the answer is the key's valid cosignature. */
async function withCosignature(checkpoint: SignedCheckpoint, key: VerifierKey, body: string): Promise<Note> {
  const { text, signatures } = checkpoint.note;
  let lines: NoteSignature[];
  try {
    lines = body.trimEnd().split('\n').map(parseSignature);
  } catch (cause) {
    throw unreachable('does not answer with signatures', cause);
  }
  const own = signaturesBy({ text, signatures: lines }, key);
  const note = { text, signatures: [...signatures, ...own] };
  const time = await cosignedAt(note, key).catch(() => undefined);
  if (time === undefined) throw unreachable('does not answer with a cosignature of its key');
  return note;
}

async function post(url: string, body: string): Promise<{ status: number; body: string }> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/add-checkpoint`, {
      method: 'POST',
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const decoder = new TextDecoder();
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if (text.length > MAX_ANSWER) throw new RangeError('the answer is too long');
    }
    return { status: response.status, body: text + decoder.decode() };
  } catch (cause) {
    throw unreachable('cannot be reached', cause);
  }
}
