import { wordlike } from './language.ts';
import { looksMade, unguessable } from './made.ts';
import { oneLetter, placeholder, plainlyNone } from './none.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Dates, versions, addresses, names of files and hosts: made of letters and digits, and no keys. */
const OTHER =
  /^\d{1,4}[-.]\d{1,2}[-.]\d|^v?\d+(?:\.\d+){1,4}(?:[-.+]|$)|\.(?:com|org|net|io|dev|json|ya?ml|txt|md|js|ts|py|go|html?|png|log)$|^[a-z]{1,16}(?:[-_.][a-z]{1,16})+$/i;

/**
 * Whether `value` may be a key when its issuer's name stands before it. `ordinary` asks more: the name is an
 * ordinary word, and nothing but `key` follows it.
 */
export function issuable(value: string, ordinary: boolean): boolean {
  if (value.length < 10 || value.length > 4096 || !/^[\w.~+/=|:!*%-]+$/.test(value)) return false;
  if (/^[A-Z0-9]{4,8}(?:-[A-Z0-9]{4,8}){2,6}$/.test(value)) return !oneLetter(value);
  if (plainlyNone(value) || placeholder(value) || oneLetter(value) || OTHER.test(value)) return false;
  if (/^\d+$/.test(value)) return value.length >= 24 && !ordinary;
  if (UUID.test(value)) return !ordinary;
  // What begins like a JSON Web Token and is none.
  if (/^eyJ[\w-]{1,512}\./.test(value)) return false;
  if (ordinary) return value.length >= 20 && unguessable(value) && !/^[0-9a-f]+$/i.test(value);
  if (/\d/.test(value)) return looksMade(value, 10) && (value.match(/\d/g)!.length > 2 || value.length >= 20);
  // Letters alone: no word is that long, and no name in a program reads so.
  return /[A-Z]{20}|[a-z]{20}/.test(value) || (value.length >= 20 && !wordlike(value));
}
