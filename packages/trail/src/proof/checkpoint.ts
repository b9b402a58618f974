import { TacetError } from '@tacet/records';
import { platform, type Signer } from '@tacet/seal';
import {
  formatNote,
  type Note,
  type NoteSignature,
  parseNote,
  parseSignature,
  SIGNATURE_TYPE,
  signatureLine,
  signaturesBy,
  type VerifierKey,
} from './note.ts';
import { fromBase64, toBase64, utf8 } from './text.ts';

/** Checkpoints and cosignatures as in c2sp.org/tlog-checkpoint and c2sp.org/tlog-cosignature. */

/** What a log was at one size. */
export interface Checkpoint {
  /** Which log. */
  origin: string;
  /** Number of its entries. */
  size: number;
  /** Root of the tree over them, 32 bytes. */
  root: Uint8Array;
}

/** A checkpoint with the note that it was read from. */
export interface SignedCheckpoint extends Checkpoint {
  note: Note;
}

const malformed = (what: string) => new TacetError('CHECKPOINT_MALFORMED', `the checkpoint has ${what}`);

/** The note's text. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${toBase64(root)}\n`;
}

/** Reads a checkpoint, signatures not yet verified. Throws CHECKPOINT_MALFORMED. */
export function parseCheckpoint(text: string): SignedCheckpoint {
  const note = parseNote(text);
  const [origin, size, encoded, ...rest] = note.text.slice(0, -1).split('\n');
  const root = encoded === undefined ? undefined : fromBase64(encoded);
  if (!origin) throw malformed('no origin');
  if (!size || !/^(?:0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(Number(size)))
    throw malformed('no size');
  if (root?.length !== 32) throw malformed('no root hash');
  if (rest.includes('')) throw malformed('an empty line');
  return { origin, size: Number(size), root, note };
}

/** The signed note of a checkpoint; `key` is the public half of `signer`. */
export async function signCheckpoint(
  checkpoint: Checkpoint,
  key: VerifierKey,
  signer: Signer,
): Promise<SignedCheckpoint> {
  const text = checkpointText(checkpoint);
  const line = signatureLine(key, await signer.sign(utf8(text)));
  return { ...checkpoint, note: { text, signatures: [parseSignature(line)] } };
}

export function formatCheckpoint({ note }: SignedCheckpoint): string {
  return formatNote(note);
}

/**
 * Reads a checkpoint and checks that the log with `key` signed it: every signature line that bears the
 * key's name and id must verify. Throws CHECKPOINT_MALFORMED or CHECKPOINT_UNSIGNED.
 */
export async function openCheckpoint(text: string, key: VerifierKey): Promise<SignedCheckpoint> {
  const checkpoint = parseCheckpoint(text);
  const signatures = signaturesBy(checkpoint.note, key);
  if (checkpoint.origin !== key.name || key.type !== SIGNATURE_TYPE.note || signatures.length === 0)
    throw new TacetError('CHECKPOINT_UNSIGNED', 'the checkpoint is not signed by the key of this trail');
  for (const { signature } of signatures)
    if (!(await platform.verify(key.key, signature, utf8(checkpoint.note.text))))
      throw new TacetError('CHECKPOINT_UNSIGNED', "the signature of the trail's key does not fit");
  return checkpoint;
}

/** 8 bytes of time before the 64 of Ed25519. */
const COSIGNATURE_BYTES = 72;

function cosigned(text: string, time: bigint): Uint8Array {
  return utf8(`cosignature/v1\ntime ${time}\n${text}`);
}

/** A witness's signature line on a note's text at `time`, seconds since 1970. */
export async function cosign(
  text: string,
  time: number,
  key: VerifierKey,
  signer: Signer,
): Promise<NoteSignature> {
  const bytes = new Uint8Array(COSIGNATURE_BYTES);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(time));
  bytes.set(await signer.sign(cosigned(text, BigInt(time))), 8);
  return parseSignature(signatureLine(key, bytes));
}

/**
 * When the witness with `key` cosigned the note, seconds since 1970, the latest of several; undefined
 * when it did not. Throws CHECKPOINT_UNSIGNED when a line bears its name and id and does not verify.
 */
export async function cosignedAt(note: Note, key: VerifierKey): Promise<number | undefined> {
  if (key.type !== SIGNATURE_TYPE.cosignature)
    throw new TacetError('TRAIL_KEY_INVALID', 'this is the key of a trail, not that of a witness');
  let latest: number | undefined;
  for (const { signature } of signaturesBy(note, key)) {
    const time =
      signature.length === COSIGNATURE_BYTES ? new DataView(signature.buffer).getBigUint64(0) : -1n;
    const known = time > 0n && time <= BigInt(Number.MAX_SAFE_INTEGER);
    if (!known || !(await platform.verify(key.key, signature.slice(8), cosigned(note.text, time))))
      throw new TacetError('CHECKPOINT_UNSIGNED', `the cosignature of ${key.name} does not fit`);
    latest = Math.max(latest ?? 0, Number(time));
  }
  return latest;
}
