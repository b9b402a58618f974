import { platform } from '#platform';
import { concat, lp, utf8 } from '../encoding/bytes.ts';
import { label } from '../keys/derive.ts';

/** What people and servers sign about an erasure, as text that is signed byte for byte. */
export type StatementKind = 'erasure-request' | 'erasure-approval' | 'erasure-receipt';

const message = (kind: StatementKind, text: string) => concat(label(kind), lp(utf8(text)));

/** @param seed an Ed25519 private key, 32 bytes. @returns the public key and a signature of 64 bytes. */
export async function signStatement(
  kind: StatementKind,
  text: string,
  seed: Uint8Array,
): Promise<{ key: Uint8Array; signature: Uint8Array }> {
  const signer = await platform.signer(seed);
  return { key: signer.publicKey, signature: await signer.sign(message(kind, text)) };
}

/** Whether `key` signed exactly this text as a statement of this kind. */
export function verifyStatement(
  kind: StatementKind,
  text: string,
  { key, signature }: { key: Uint8Array; signature: Uint8Array },
): Promise<boolean> {
  return platform.verify(key, signature, message(kind, text));
}
