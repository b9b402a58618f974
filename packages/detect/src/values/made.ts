import { wordlike } from './language.ts';
import { placeholder } from './none.ts';

/** Names with a version, such as `jackson-core-0.11.2` or `model-v2`: words, then few digits. */
const SLUG =
  /^(?:[A-Z]?[a-z]{1,15}|[A-Z]{2,8})(?:[-_./](?:[A-Z]?[a-z]{1,15}|[A-Z]{2,8})){0,8}[-_./]?v?\d{1,4}(?:[.-]\d{1,4}){0,4}$/;

/** Shannon entropy of the units of `text`, in bits a unit; at most 65,535 units. */
export function entropy(text: string): number {
  if (text === '') return 0;
  // Units beyond Latin-1 share counts with those below: the estimate is low then, which is safe.
  for (let i = 0; i < text.length; i++) COUNTS[text.charCodeAt(i) & 255]!++;
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i) & 255;
    const count = COUNTS[unit]!;
    if (count > 1) sum += count * Math.log2(count);
    COUNTS[unit] = 0;
  }
  return Math.log2(text.length) - sum / text.length;
}

/** One for all calls, zeros between them. */
const COUNTS = new Uint16Array(256);

/** How many of lower case, upper case and digits `value` has. */
export function caseKinds(value: string): number {
  return Number(/[a-z]/.test(value)) + Number(/[A-Z]/.test(value)) + Number(/\d/.test(value));
}

/**
 * Whether a machine made `value`: no space, and letters and digits mixed in a way that words are not.
 * `length` is the least length.
 */
export function looksMade(value: string, length: number): boolean {
  if (value.length < length || /\s/.test(value)) return false;
  const sample = value.length > 256 ? value.slice(0, 256) : value;
  if (/\d/.test(sample) && /[A-Za-z]/.test(sample)) return !SLUG.test(sample) || sample.length < 10;
  if (value.length < 20 || entropy(sample) <= 3.5) return false;
  if (!wordlike(sample)) return /^[\w.+/=~-]+$/.test(sample);
  return (/[a-z][A-Z]/.test(sample) && /[A-Z][A-Za-z]*[A-Z]/.test(sample)) || /^[a-z]{24,}$/.test(sample);
}

/** Whether `value` is words, and short numbers, between signs: `my-secret-password-2024`. */
function ofWords(value: string): boolean {
  const pieces = value.split(/[-_.:/ ]/);
  return pieces.length > 2 && pieces.every((piece) => /^(?:[A-Z]?[a-z]*|[A-Z]+|\d{0,4})$/.test(piece));
}

/** Whether `value` is random enough that nobody can guess it from its fingerprint. */
export function unguessable(value: string): boolean {
  if (value.length < 20 || /\s/.test(value)) return false;
  const sample = value.length > 512 ? value.slice(0, 512) : value;
  if (entropy(sample) * sample.length < 64 || placeholder(sample) || ofWords(sample)) return false;
  const kinds = caseKinds(sample);
  return kinds === 3 || (kinds === 2 && !/[A-Za-z]{12}/.test(sample));
}
