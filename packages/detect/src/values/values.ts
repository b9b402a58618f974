/** Texts that stand where a secret would, and are none. */
const EMPTY_WORDS = new Set(
  'true false null nil none undefined yes no on off n/a na nan unknown unset empty blank missing required optional default auto hidden masked redacted removed filtered scrubbed censored secret password passwd token string str text varchar integer int number boolean bool object array any bytes uuid bearer basic digest apikey api_key value example placeholder todo tbd invalid valid expired'.split(
    ' ',
  ),
);

const REFERENCES: readonly RegExp[] = [
  /^\$\{?\(?[A-Za-z_]/, // ${VAR}, $VAR, $(command)
  /^\{\{|^\{[A-Za-z_ .]*\}$|^#\{|^%[A-Za-z_]+%$|^%\(?\w*\)?[sd]$|^<%|^__\w+__$/,
  /^<[^<>]*>?$|^\[(?!secret:)[A-Za-z _-]*\]$|^\([A-Za-z _-]*\)$/,
  /^[*•.xX_\-#?…]{1,64}$/,
  /^(?:process\.env|os\.environ|os\.getenv|getenv|env\(|env\.|ENV\[|System\.getenv|config\.|settings\.|self\.|this\.|args\.|options\.|secrets\.|vault:|op:\/\/|ref\+|!vault|arn:aws:|secretKeyRef|var\.|local\.|data\.)/,
  /^\[?(?:redacted|filtered|masked|hidden|removed|secret|scrubbed)\b[^a-z0-9]*$/i,
  /[*•]{4,}/,
];

const HINTS =
  /^(?:your|my|the|enter|insert|put|replace|example|sample|dummy|fake|placeholder|some|a|an)[-_ .]|your[-_ ]?(?:api|secret|token|password|key|access|auth|client|own)|[-_ ]here\b|placeholder|change[-_ ]?me|replace[-_ ]?(?:me|with)|x{6,}|0{8,}|1234567890|abcdefgh|deadbeefdeadbeef/i;

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
  return HINTS.test(value.length > 512 ? value.slice(0, 512) : value) || new Set(value).size < 4;
}

/** Whether `value` reads as a sentence or a label rather than as a secret. */
export function prose(value: string): boolean {
  const words = value.trim().split(/\s+/);
  if (words.length < 2) return false;
  if (/[.?!:,;]$/.test(value.trim()) && words.length >= 3) return true;
  const plain = words.filter((word) => /^[\p{L}'’]+[.,;:?!]?$/u.test(word)).length;
  if (/^[A-Z]/.test(value) && plain === words.length) return true;
  return words.length >= 5 && plain >= words.length - 1;
}

/** Shannon entropy of the units of `text`, in bits a unit. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

function kinds(value: string): number {
  return Number(/[a-z]/.test(value)) + Number(/[A-Z]/.test(value)) + Number(/\d/.test(value));
}

/**
 * Whether a machine made `value`: no space, and letters and digits mixed in a way that words are not.
 * `length` is the least length.
 */
export function looksMade(value: string, length: number): boolean {
  if (value.length < length || /\s/.test(value)) return false;
  const sample = value.length > 256 ? value.slice(0, 256) : value;
  if (/\d/.test(sample) && /[A-Za-z]/.test(sample)) return true;
  return (
    value.length >= 20 &&
    /[a-z][A-Z]/.test(sample) &&
    /[A-Z][A-Za-z]*[A-Z]/.test(sample) &&
    entropy(sample) > 3.5
  );
}

/** Whether `value` is random enough that nobody can guess it from its fingerprint. */
export function unguessable(value: string): boolean {
  if (value.length < 20 || /\s/.test(value)) return false;
  const sample = value.length > 512 ? value.slice(0, 512) : value;
  if (entropy(sample) * sample.length < 64 || (/[A-Za-z]{12}/.test(sample) === true && kinds(sample) < 3))
    return false;
  return kinds(sample) >= 2 && !placeholder(sample);
}
