import type { NameClass } from '../names/telling.ts';
import { wordlike } from '../values/language.ts';
import { caseKinds, looksMade, unguessable } from '../values/made.ts';
import { oneLetter, placeholder, plainlyNone, prose } from '../values/none.ts';
import type { Style } from './assignment.ts';
import { basicCredentials } from './basic.ts';

const PATH = /^(?:~|\.{1,2}|[A-Za-z]:)?[/\\][\w.-]+(?:[/\\][\w.@-]+){0,40}[/\\]?$/;
const CODE = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$|[({[]/;
/** A type's name: a digit between words. */
const TYPE = /^[A-Za-z]{2,16}\d{1,3}[A-Z][a-z]{2,16}[A-Za-z]{0,16}$/;
const WORD_LIKE = /^[A-Za-z_]+$/;

/** Values that merely repeat what the name says: `password=password`, `pwd=userPassword`. */
function repeatsName(value: string, words: readonly string[]): boolean {
  const folded = value.toLowerCase().replace(/[^a-z]/g, '');
  if (/\d/.test(value)) return false;
  return words.join('').includes(folded) || /pass|pwd|token|secret|apikey|_key$/.test(value.toLowerCase());
}

function digitsOnly(value: string): boolean {
  return /^\d{6,64}$/.test(value);
}

/** Whether `value` is a name in a program, or a path of them, of whole words: `auth.OAuth2Client`. */
function isIdentifier(value: string): boolean {
  if (value.length > 80 || !/^[A-Za-z_$][\w$.]*$/.test(value)) return false;
  if ((value.match(/\d/g)?.length ?? 0) > 3) return false;
  const words = value.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
  return words.filter((word) => word.length === 1).length <= 1 && words.length <= value.length / 3;
}

/** Whether a value that a person chose may stand here. */
function password(value: string, style: Style, open: boolean, words: readonly string[]): boolean {
  if (digitsOnly(value)) return style !== 'bare';
  if (plainlyNone(value) || value.length < 3) return false;
  if (/^<|^your[-_ ]/i.test(value)) return false;
  // `PWD` is a shell's working directory more often than a password.
  if (words.join('') === 'pwd' && PATH.test(value)) return false;
  if (style === 'member') return !prose(value) && value.toLowerCase() !== words.join('');
  if (placeholder(value) || repeatsName(value, words) || PATH.test(value)) return false;
  if (style === 'quoted') return value.length >= 4 && !prose(value) && !/^[A-Z][a-z]+$/.test(value);
  if (open || CODE.test(value) || /^[!:][a-z]/i.test(value) || /^[a-z]+:\/\//i.test(value)) return false;
  if (style === 'query' || style === 'shell') return value.length >= 4;
  if (value.length < 5 || TYPE.test(value)) return false;
  return /[^A-Za-z_]/.test(value) && /[A-Za-z]/.test(value) && !/^[\w]+-[a-z]+$/i.test(value);
}

/** Whether a value that a machine made may stand here; `least` is how long it must be at least. */
function made(value: string, style: Style, open: boolean, least: number): boolean {
  if (plainlyNone(value) || placeholder(value) || value.includes('${')) return false;
  if (style !== 'member' && oneLetter(value)) return false;
  if (style === 'member') return value.length >= 6 && !/\s/.test(value);
  if (!looksMade(value, least)) return false;
  if (isIdentifier(value) && (value.length < 20 || wordlike(value))) return false;
  // An address is none; the password in it is found for itself.
  if (/^[a-z][a-z0-9+.-]{1,30}:\/\//i.test(value)) return false;
  if (style === 'quoted') return true;
  if (/(?:private|secret|public|api)_?key|credential|password/i.test(value)) return false;
  if (open || /[({[]/.test(value)) return false;
  if (unguessable(value)) return true;
  return !CODE.test(value) && !PATH.test(value) && !WORD_LIKE.test(value);
}

/** Whether the value of any `…_key` is a secret: in JSON, plain hexadecimal may as well be a digest. */
function someKey(value: string, style: Style, open: boolean): boolean {
  if (!made(value, style, open, 20) || !unguessable(value) || /[/.]/.test(value)) return false;
  return caseKinds(value) === 3 || (style !== 'member' && value.length >= 32);
}

/** Whether `value`, given to a name of class `name` in this style, is to be taken for a secret. */
export function plausible(
  value: string,
  name: NameClass,
  style: Style,
  open: boolean,
  words: readonly string[],
): boolean {
  if (style === 'spaced')
    return !open && looksMade(value, 20) && unguessable(value) && !CODE.test(value) && !PATH.test(value);
  const member = style === 'member';
  switch (name) {
    case 'password':
      return password(value, style, open, words);
    case 'secret':
      if (member) return password(value, style, open, words);
      return (
        made(value, style, open, 8) ||
        (style === 'quoted' && !/\s/.test(value) && password(value, style, open, words))
      );
    case 'phrase':
      return !plainlyNone(value) && (member || value.split(/\s+/).length >= 8);
    case 'connection':
      return (
        !plainlyNone(value) &&
        (member
          ? !prose(value) && !/^[~^<>=v]{0,2}\d[\d.]*$/.test(value)
          : /password|pwd|secret|key|token/i.test(value))
      );
    case 'cookie':
      return !plainlyNone(value) && /^[\w.%$-]{1,128}=[^\s;]{4}/.test(value.slice(0, 512));
    case 'authorization':
      return (
        !plainlyNone(value) && !prose(value) && (member ? value.length >= 6 : made(value, style, open, 8))
      );
    case 'auth':
      return (
        made(value, member ? 'quoted' : style, open, 12) || (value.length >= 12 && basicCredentials(value))
      );
    case 'key':
      return made(value, style, open, 8);
    case 'some-key':
      return someKey(value, style, open);
    case 'token':
      return made(value, style, open, 8);
    case 'token-alone':
      return made(value, member ? 'quoted' : style, open, style === 'bare' ? 12 : 8);
  }
}
