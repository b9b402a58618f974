import { TacetError } from '@tacet/records';
import { equalBytes, platform, toHex } from '@tacet/seal';
import { fromBase64, toBase64, utf8 } from './text.ts';

/** Signed notes and verifier keys as in c2sp.org/signed-note, with Ed25519 keys. */

/** What a key signs: notes as a log does, or time-stamped cosignatures as a witness does. */
export const SIGNATURE_TYPE = { note: 0x01, cosignature: 0x04 } as const;
export type SignatureType = (typeof SIGNATURE_TYPE)[keyof typeof SIGNATURE_TYPE];

export interface VerifierKey {
  name: string;
  type: SignatureType;
  /** Ed25519, 32 bytes. */
  key: Uint8Array;
  /** First 4 bytes of SHA-256(name ‖ newline ‖ type ‖ key). */
  id: Uint8Array;
}

export interface NoteSignature {
  name: string;
  id: Uint8Array;
  signature: Uint8Array;
  /** The whole line, without its newline. */
  line: string;
}

export interface Note {
  /** With its last newline. */
  text: string;
  signatures: NoteSignature[];
}

const MAX_NOTE = 64 * 1024;
const MAX_SIGNATURES = 64;
const MAX_NAME = 256;
const DASH = '\u2014 ';

const malformed = (what: string) => new TacetError('CHECKPOINT_MALFORMED', `the signed note has ${what}`);

/** Whether a text may name a key: not empty, no white space, no plus sign, no control characters. */
export function isKeyName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_NAME && !/[\s\p{Z}\p{Cc}+]/u.test(name) && name.isWellFormed();
}

/** A verifier key of its parts. `name` must satisfy `isKeyName`. */
export function verifierKey(name: string, type: SignatureType, key: Uint8Array): VerifierKey {
  const id = platform.sha256(utf8(`${name}\n`), Uint8Array.of(type), key).slice(0, 4);
  return { name, type, key, id };
}

/** `name+hex(id)+base64(type ‖ key)`. */
export function formatVerifierKey({ name, id, type, key }: VerifierKey): string {
  return `${name}+${toHex(id)}+${toBase64(Uint8Array.of(type, ...key))}`;
}

/** Reads such a text, white space around it ignored. Throws TRAIL_KEY_INVALID. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  const type = Object.values(SIGNATURE_TYPE).find((known) => known === bytes?.[0]);
  if (name !== undefined && isKeyName(name) && bytes?.length === 33 && type !== undefined) {
    const key = verifierKey(name, type, bytes.slice(1));
    if (toHex(key.id) === id) return key;
  }
  throw new TacetError(
    'TRAIL_KEY_INVALID',
    'this is not the public key of a trail or a witness: NAME+8 hexadecimal digits+base64',
  );
}

/** Splits a note; nothing of it is to be believed before a signature was verified. CHECKPOINT_MALFORMED. */
export function parseNote(note: string): Note {
  if (note.length > MAX_NOTE) throw malformed('too many bytes');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note) || !note.isWellFormed())
    throw malformed('control characters');
  const split = note.lastIndexOf('\n\n');
  if (split < 0 || !note.endsWith('\n')) throw malformed('no signatures');
  const lines = note.slice(split + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed('too many signatures');
  return { text: note.slice(0, split + 1), signatures: lines.map(parseSignature) };
}

/** Reads one signature line, without its newline. Throws CHECKPOINT_MALFORMED. */
export function parseSignature(line: string): NoteSignature {
  const [name, encoded, ...rest] = line.startsWith(DASH) ? line.slice(DASH.length).split(' ') : [];
  const bytes = encoded === undefined ? undefined : fromBase64(encoded);
  if (name === undefined || !isKeyName(name) || rest.length > 0 || !bytes || bytes.length < 5)
    throw malformed('a line that is no signature');
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4), line };
}

/** A signature line, without its newline. */
export function signatureLine({ name, id }: VerifierKey, signature: Uint8Array): string {
  return `${DASH}${name} ${toBase64(Uint8Array.of(...id, ...signature))}`;
}

/** The note with these signature lines. */
export function formatNote({ text, signatures }: Note): string {
  return `${text}\n${signatures.map(({ line }) => `${line}\n`).join('')}`;
}

/** Signatures of a note that claim to be by this key. */
export function signaturesBy(note: Note, { name, id }: VerifierKey): NoteSignature[] {
  return note.signatures.filter((each) => each.name === name && equalBytes(each.id, id));
}
