import type { Judgement } from './report.ts';
import { SAMPLE_LENGTH } from './report.ts';

/** Five words in a row as people set them, or eight Chinese, Japanese or Korean characters. */
const PROSE =
  /(?:\p{L}[\p{L}'’-]+[,.;:!?"”)]{0,2} ["“(]?){4}\p{L}|[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}，。]{8}/u;
/** Private keys in their usual spellings, tokens of this product, passwords and keys behind their name. */
const KEY_TEXT = new RegExp(
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY|AGE-SECRET-KEY-1|age-encryption\.org\/v1/,
    /tacet_[ir]_[\w-]{20}/,
    /\bpassw(?:or)?d["']?\s*[:=]\s*["']?[^\s"']{4}/,
    /"[\w-]*(?:keys?|secrets?|private)"\s*:\s*(?:\{\s*"[^"]*"\s*:\s*)?"[\w+/=-]{22,}"/,
  ]
    .map((pattern) => pattern.source)
    .join('|'),
  'i',
);
const IDENTIFIER = /^[\w-]{8,}$/;

/** Whether a text reads as a sentence, in a script with or without blanks between words. */
export function looksLikeProse(text: string): boolean {
  return PROSE.test(text);
}

/** A key, a password or what protects one, by its spelling. */
export function looksLikeKey(text: string): boolean {
  return KEY_TEXT.test(text);
}

/** Shannon entropy of the bytes, bits a byte. */
export function entropy(bytes: Uint8Array): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits;
}

/** Bytes that look drawn at random: as many different ones as that many draws would give, about. */
export function looksRandom(bytes: Uint8Array): boolean {
  if (bytes.length < 8) return false;
  const expected = Math.log2(Math.min(bytes.length, 256));
  return entropy(bytes) > expected - (bytes.length < 64 ? 0.6 : 0.9);
}

/** UTF-8 text without control characters, or undefined. */
export function asText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is asked for
    return /[\x00-\x08\x0e-\x1f\x7f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** A value as a report shows it: text as it is, other bytes in hexadecimal; cut. */
export function showSample(bytes: Uint8Array): string {
  const text = asText(bytes);
  const shown = text ?? `0x${Buffer.from(bytes.subarray(0, SAMPLE_LENGTH)).toString('hex')}`;
  return shown.length <= SAMPLE_LENGTH ? shown : `${shown.slice(0, SAMPLE_LENGTH - 1).toWellFormed()}…`;
}

/** Judges a column or a kind of file by some of its values and by how many different ones there are. */
export function judge(samples: readonly Uint8Array[], rows: number, distinct: number): Judgement {
  const values = samples.filter((sample) => sample.length > 0);
  if (rows === 0 || values.length === 0) return 'empty';
  const texts = values.map(asText);
  const readable = texts.filter((text) => text !== undefined);
  if (readable.some(looksLikeKey)) return 'key material';
  if (readable.filter(looksLikeProse).length * 10 > values.length) return 'readable text';
  const binary = values.filter((_, index) => texts[index] === undefined);
  if (binary.length * 2 > values.length) {
    return binary.filter(looksRandom).length * 2 > binary.length ? 'random or ciphertext' : 'binary records';
  }
  const repeated = distinct * 4 < rows || distinct <= 64;
  if (!repeated && readable.every((text) => IDENTIFIER.test(text) && !/^-?\d{1,12}$/.test(text)))
    return 'identifier';
  return 'coarse fact';
}
