import { ALNUM, bitsOf } from '../keywords/classes.ts';

/** Words that stand where a secret would, and are none. */
const EMPTY_WORDS = new Set(
  [
    'true false null nil none undefined yes no on off n/a na nan unknown unset not-set not_set empty blank missing',
    'required optional default auto hidden masked redacted removed filtered scrubbed censored',
    'secret password passwd token string str text varchar integer int number boolean bool object array',
    'any bytes uuid bearer basic digest apikey api_key value example placeholder todo tbd invalid',
    'valid expired function method class module promise void never symbol buffer date json file env',
    'aws4-hmac-sha256 environment header headers query body cookie path undefined self this',
  ].flatMap((line) => line.split(' ')),
);

/** References to where the secret is kept, masks, types: what programs write in a secret's place. */
const REFERENCES: readonly RegExp[] = [
  /^\$\{?\(?[A-Za-z_]/, // ${VAR}, $VAR, $(command)
  /^\{\{|^\{[A-Za-z_ .]*\}$|^#\{|^%[A-Za-z_]+%$|^%\(?\w*\)?[sd]$|^<%|^__\w+__$/,
  /^<[^<>]*>?$|^\[(?!secret:)[A-Za-z _-]*\]$|^\([A-Za-z _-]*\)$/,
  /^[*•.xX_\-#?…]{1,64}$/,
  /^(?:process\.env|os\.environ|os\.getenv|getenv|env\(|env\.|ENV\[|System\.getenv|config\.|settings\.)/,
  /^(?:self\.|this\.|args\.|options\.|secrets\.|vault:|op:\/\/|ref\+|!vault|arn:aws:|secretKeyRef)/,
  /^(?:var\.|local\.|data\.|projects\/[\w-]+\/secrets\/)/,
  /^\[?(?:redacted|filtered|masked|hidden|removed|secret|scrubbed)\b[^a-z0-9]*$/i,
  /[*•]{4,}|(?:\.{3}|…)$/,
  // What a sender wrote in the form of a marker.
  /^\[secret\?\/[a-z0-9/-]{1,100}\]$/,
];

const HINTS: readonly RegExp[] = [
  /^(?:your|enter|insert|put|replace|example|sample|dummy|fake|placeholder)[-_ .]/i,
  /^(?:my|the|some|an?)(?:[-_ .][a-z]+){1,8}$/i,
  /your[-_ ]?(?:api|secret|token|password|key|access|auth|client|own)|[-_ ]here\b|placeholder/i,
  /change[-_ ]?me|replace[-_ ]?(?:me|with)|EXAMPLE/,
  /x{5,}|X{5,}|0{12,}|#{4,}|(?:example){2,}|(?:Token|Key|Secret|Password)(?:Goes)?Here|_HERE_/,
];

/** Whether `value` plainly says that it is no secret: empty, a literal, a reference, a mask. */
export function plainlyNone(value: string): boolean {
  const trimmed = value.trim();
  if (trimmed === '' || trimmed.length > 4096) return trimmed === '';
  if (EMPTY_WORDS.has(trimmed.toLowerCase())) return true;
  if (/^[-+]?\d[\d.,]{0,18}$/.test(trimmed)) return true;
  return REFERENCES.some((reference) => reference.test(trimmed));
}

/** Whether `value` is what an author writes in a secret's place: `your-api-key`, `xxxxxxxx`. */
export function placeholder(value: string): boolean {
  const sample = value.length > 512 ? value.slice(0, 512) : value;
  return HINTS.some((hint) => hint.test(sample)) || fewLetters(sample, 4);
}

/** Whether `text` has fewer than `count` different units. */
function fewLetters(text: string, count: number): boolean {
  let seen = '';
  for (const letter of text) {
    if (seen.includes(letter)) continue;
    seen += letter;
    if (seen.length >= count) return false;
  }
  return true;
}

/** Whether a machine-made form is filled with one letter or a few, as in manuals: `ghp_xxxxxxxx`. */
export function filledIn(secret: string): boolean {
  if (secret.length > 160) return /x{16,}|X{16,}/.test(secret.slice(0, 4096));
  if (/[xX]{6}|(?:example){2}|(?:Token|Key|Secret)Here$/.test(secret) || repetitive(secret)) return true;
  return (
    longestRun(secret) >= Math.max(12, secret.length / 2) || (secret.length >= 20 && fewLetters(secret, 8))
  );
}

/** Whether one letter fills `value`, or most of it. */
export function oneLetter(value: string): boolean {
  const sample = value.length > 512 ? value.slice(0, 512) : value;
  return /[xX]{6,}/.test(sample) || longestRun(sample) >= Math.min(10, sample.length / 2);
}

/** The length of the longest run of one unit. */
function longestRun(text: string): number {
  let longest = 0;
  let run = 0;
  for (let i = 0; i < text.length; i++) {
    run = text.charCodeAt(i) === text.charCodeAt(i - 1) ? run + 1 : 1;
    if (run > longest) longest = run;
  }
  return longest;
}

/** Whether two to four letters or digits stand five times in a row; a run of `A` is usual in base64. */
function repetitive(text: string): boolean {
  for (let period = 2; period <= 4; period++) {
    let run = 0;
    for (let i = period; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      run = unit === text.charCodeAt(i - period) && unit !== 0x41 && bitsOf(unit) & ALNUM ? run + 1 : 0;
      if (run === 4 * period) return true;
    }
  }
  return false;
}

const SEQUENCES = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiopasdfghjklzxcvbnm'];

/**
 * Whether a third or more of `value` runs through the alphabet, the digits or the keyboard: what authors
 * type. Also with digits between the letters: `a1b2c3d4`.
 */
export function sequential(value: string): boolean {
  const lower = value.toLowerCase();
  for (const text of [lower, lower.replace(/[^a-z]/g, ''), lower.replace(/[^0-9]/g, '')]) {
    let inSequence = 0;
    for (let i = 0; i + 4 <= text.length; i++) {
      const four = text.slice(i, i + 4);
      if (SEQUENCES.some((sequence) => sequence.includes(four))) inSequence++;
    }
    if (inSequence >= 5 && inSequence + 3 >= text.length / 2 && text.length >= value.length / 3) return true;
  }
  return false;
}

const ALPHABET = SEQUENCES[0]!;

/** Whether eight letters of the alphabet follow one another in `value`: no machine draws them so. */
export function handTyped(value: string): boolean {
  const letters = value.slice(0, 512).toLowerCase();
  for (let i = 0; i + 8 <= letters.length; i++) if (ALPHABET.includes(letters.slice(i, i + 8))) return true;
  return false;
}

/** Whether `value` reads as a sentence or a label rather than as a secret. */
export function prose(value: string): boolean {
  const words = value.trim().split(/\s+/, 64);
  if (words.length < 2) return false;
  if (/[.?!:,;]$/.test(value.trimEnd()) && words.length >= 3) return true;
  const plain = words.filter((word) => /^[\p{L}'’]+[.,;:?!]?$/u.test(word)).length;
  if (/^[A-Z]/.test(value) && plain === words.length) return true;
  return words.length >= 5 && plain >= words.length - 1;
}
