/**
 * Secrets for tests, made from a shape, so that none stands in a source file: `ghp_<b62:36>` is `ghp_`
 * and 36 random letters or digits. Classes: d 0-9, hex, HEX, low a-z0-9, up A-Z0-9, b32 A-Z2-7,
 * b62, w (b62 _ -), b64 (b62 + /), az a-z, AZ A-Z, letters both; `<uuid>`; `<crc6>`, the CRC-32 of the token so far
 * without its prefix in base 62; `<basic:TEXT>`, TEXT in base64.
 */
import { checksum62 } from './values/checksum.ts';

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const B62 = DIGITS + UPPER + LOWER;
const CLASSES: Readonly<Record<string, string>> = {
  d: DIGITS,
  hex: `${DIGITS}abcdef`,
  HEX: `${DIGITS}ABCDEF`,
  low: LOWER + DIGITS,
  up: UPPER + DIGITS,
  b32: `${UPPER}234567`,
  b62: B62,
  w: `${B62}_-`,
  b64: `${B62}+/`,
  az: LOWER,
  AZ: UPPER,
  letters: UPPER + LOWER,
};

/** A linear congruential generator: the same secrets in every run. Uniform in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function draw(alphabet: string, count: number, random: () => number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += alphabet[Math.floor(random() * alphabet.length)];
  return text;
}

/** Fills the shapes of `template`. */
export function fill(template: string, random: () => number): string {
  let text = '';
  let done = 0;
  for (const match of template.matchAll(/<(?:(\w+):(\d+)|uuid|crc6|basic:([^>]*))>/g)) {
    text += template.slice(done, match.index);
    done = match.index + match[0].length;
    if (match[0] === '<uuid>') text += [8, 4, 4, 4, 12].map((n) => draw(CLASSES.hex!, n, random)).join('-');
    else if (match[0] === '<crc6>') text += checksum62(/[A-Za-z0-9]*$/.exec(text)![0]);
    else if (match[3] !== undefined) text += btoa(match[3]);
    else text += draw(CLASSES[match[1]!]!, Number(match[2]), random);
  }
  return text + template.slice(done);
}
