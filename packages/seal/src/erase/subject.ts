import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import { concat, lp, utf8 } from '../encoding/bytes.ts';
import { expand } from '../keys/derive.ts';

const NONCE_BYTES = 12;
const MAX_TEXT_BYTES = 4096;

/**
 * Whose data is erased, for those who can read an epoch: a server that keeps the request can neither read
 * nor guess the subject, and a second person can see what they approve.
 */
export interface SealedSubject {
  /** 32 bytes, the same for the same subject and epoch. */
  tag: Uint8Array;
  /** nonce(12) ‖ AES-256-GCM ‖ tag(16). */
  sealed: Uint8Array;
}

/** @param epochSeed the epoch's private key, 32 bytes, as `epochKey` gives it. */
export async function sealSubject(
  epochSeed: Uint8Array,
  workspace: string,
  subject: string,
): Promise<SealedSubject> {
  const text = utf8(subject);
  if (text.length > MAX_TEXT_BYTES) throw new TacetError('REQUEST_INVALID', 'the subject is too long');
  const tag = platform.hmac(expand(epochSeed, 'erase-tag'), lp(utf8(workspace)), lp(text));
  const nonce = platform.random(NONCE_BYTES);
  const body = await platform.gcmSeal(expand(epochSeed, 'erase-subject'), nonce, utf8(workspace), text);
  return { tag, sealed: concat(nonce, body) };
}

/** The subject's text. @throws TacetError ERASURE_INVALID when it is of another epoch or was changed. */
export async function openSubject(
  epochSeed: Uint8Array,
  workspace: string,
  { tag, sealed }: SealedSubject,
): Promise<string> {
  const fail = (): never => {
    throw new TacetError('ERASURE_INVALID', 'the subject of the erasure does not open');
  };
  const plain = await platform.gcmOpen(
    expand(epochSeed, 'erase-subject'),
    sealed.subarray(0, NONCE_BYTES),
    utf8(workspace),
    sealed.subarray(NONCE_BYTES),
  );
  if (!plain) return fail();
  const text = new TextDecoder('utf-8', { fatal: true }).decode(plain);
  const same = platform.hmac(expand(epochSeed, 'erase-tag'), lp(utf8(workspace)), lp(plain));
  return same.every((byte, at) => byte === tag[at]) ? text : fail();
}
