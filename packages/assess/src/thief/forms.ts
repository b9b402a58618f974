import type { FormName } from './report.ts';

/** One spelling of a canary, as bytes. */
export interface Form {
  name: FormName;
  bytes: Uint8Array;
  /** ASCII case is part of the spelling: base64, but not plain text, hexadecimal or escapes. */
  exact: boolean;
}

/** Shorter spellings turn up in random bytes by chance: 5 bytes once in a terabyte. */
export const MIN_FORM_BYTES = 5;
/** Longer canaries are searched by their beginning; UTF-16 units. */
const MAX_CANARY = 2048;

const utf8 = (text: string) => new TextEncoder().encode(text);
const ascii = (text: string) => Buffer.from(text, 'latin1');

function utf16be(text: string): Uint8Array {
  return Buffer.from(text, 'utf16le').swap16();
}

/**
 * Base64 texts that any longer byte string containing `bytes` has in it: one for each of the three
 * alignments, without the digits at either end that also hold bits of neighbours (RFC 4648, section 4).
 */
function base64Cores(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes]);
    const whole = padded.length - (padded.length % 3);
    const tail = padded.length % 3;
    const digits = padded.toString('base64').slice(0, (whole / 3) * 4 + [0, 1, 2][tail]!);
    return digits.slice([0, 2, 3][shift]!);
  });
}

const hex4 = (unit: number) => unit.toString(16).padStart(4, '0');

function escapeUnits(text: string, which: (unit: number) => boolean): string {
  let escaped = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    escaped += which(unit) ? `\\u${hex4(unit)}` : text[index];
  }
  return escaped;
}

/** JSON strings: as JSON.stringify writes them, with \uXXXX for non-ASCII, for everything, and nested once. */
function jsonSpellings(text: string): string[] {
  const minimal = JSON.stringify(text).slice(1, -1);
  const asciiOnly = escapeUnits(minimal, (unit) => unit > 0x7e);
  const all = escapeUnits(text, () => true);
  const nested = [minimal, asciiOnly].map((json) => JSON.stringify(json).slice(1, -1));
  return [minimal, asciiOnly, all, minimal.replaceAll('/', '\\/'), ...nested];
}

/** Percent-encoding: as browsers write components, whole URLs and forms, and of every byte. */
function urlSpellings(text: string): string[] {
  const component = encodeURIComponent(text);
  const every = Buffer.from(text)
    .toString('hex')
    .replace(/../g, (pair) => `%${pair}`);
  const strict = component.replace(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
  return [
    component,
    strict,
    component.replaceAll('%20', '+'),
    strict.replaceAll('%20', '+'),
    encodeURI(text),
    every,
  ];
}

/**
 * Every spelling of `canary` that is searched for. Matching ignores ASCII case where the spelling does, so
 * there is one form for `AbC` and `abc`; other scripts get one for each case mapping and normal form.
 * Spellings under MIN_FORM_BYTES are left out, so the list of a very short canary is empty.
 */
export function formsOf(canary: string): Form[] {
  const text = canary.slice(0, MAX_CANARY).toWellFormed();
  const forms = new Map<string, Form>();
  const add = (name: FormName, bytes: Uint8Array, exact = false) => {
    const raw = Buffer.from(bytes).toString('latin1');
    const key = exact ? `=${raw}` : raw.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
    if (bytes.length >= MIN_FORM_BYTES && !forms.has(key)) forms.set(key, { name, bytes, exact });
  };
  if (utf8(text).length < MIN_FORM_BYTES) return [];
  add('plain', utf8(text));
  const variants = [text, text.toLowerCase(), text.toUpperCase(), text.normalize('NFKC').toLowerCase()];
  for (const variant of variants) add('case-folded', utf8(variant));
  for (const variant of [text.normalize('NFC'), text.normalize('NFD')]) add('plain', utf8(variant));
  for (const variant of new Set(variants)) {
    add('utf-16le', Buffer.from(variant, 'utf16le'));
    add('utf-16be', utf16be(variant));
    for (const bytes of [utf8(variant), Buffer.from(variant, 'utf16le')]) {
      for (const core of base64Cores(bytes)) {
        add('base64', ascii(core), true);
        add('base64url', ascii(core.replaceAll('+', '-').replaceAll('/', '_')), true);
      }
      add('hex', ascii(Buffer.from(bytes).toString('hex')));
    }
    for (const spelling of jsonSpellings(variant)) add('json-escaped', utf8(spelling));
    for (const spelling of urlSpellings(variant)) add('url-escaped', ascii(spelling));
  }
  return [...forms.values()];
}
