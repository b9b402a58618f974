import { TacetError } from '@tacet/records';

/** Bounds of a purpose after trimming, in code points. */
export const PURPOSE_LENGTH = { least: 3, most: 500 } as const;
/** Percent-encoding makes twelve characters of one that takes four bytes. */
const MAX_HEADER = PURPOSE_LENGTH.most * 12;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/**
 * The purpose of a reading, as a person wrote it: trimmed, 3 to 500 characters, on one line. Throws
 * PURPOSE_MISSING when there is none and PURPOSE_INVALID when it cannot stand in a record.
 */
export function checkPurpose(text: string | undefined): string {
  const purpose = text?.trim() ?? '';
  if (purpose === '') throw new TacetError('PURPOSE_MISSING', 'a reading needs a purpose');
  const length = [...purpose].length;
  if (length < PURPOSE_LENGTH.least || length > PURPOSE_LENGTH.most)
    throw new TacetError(
      'PURPOSE_INVALID',
      `a purpose has ${PURPOSE_LENGTH.least} to ${PURPOSE_LENGTH.most} characters`,
    );
  if (CONTROL.test(purpose) || !purpose.isWellFormed())
    throw new TacetError('PURPOSE_INVALID', 'a purpose is one line of well-formed text');
  return purpose;
}

/** The value of a `Tacet-Purpose` header: headers carry ASCII only, purposes any language. */
export function encodePurpose(purpose: string): string {
  return encodeURIComponent(checkPurpose(purpose));
}

/** Reads a `Tacet-Purpose` header (percent-encoded UTF-8). Errors as `checkPurpose`. */
export function decodePurpose(header: string | undefined): string {
  if (header !== undefined && header.length > MAX_HEADER)
    throw new TacetError('PURPOSE_INVALID', `a purpose has at most ${PURPOSE_LENGTH.most} characters`);
  let text: string | undefined;
  try {
    text = header === undefined ? undefined : decodeURIComponent(header);
  } catch {
    throw new TacetError('PURPOSE_INVALID', 'the purpose is not percent-encoded UTF-8');
  }
  return checkPurpose(text);
}
