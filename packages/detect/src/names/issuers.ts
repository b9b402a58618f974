import { ALNUM, bitsOf } from '../keywords/classes.ts';
import type { IssuerName, IssuerRule } from '../rule.ts';

/** An issuer, and the name by which it was found. */
export interface Issued {
  readonly rule: IssuerRule;
  readonly name: IssuerName;
}

const MAX_WORDS = 4;
const MAX_NAME = 24;
const MIN_NAME = 3;
/** What may stand between an issuer's name and its key, at the end of a phrase: `PRIVATE_KEY`. */
const TELLING_END =
  /(?:api|app|keys?|secrets?|tokens?|access|private|auth|authorization|client|server|user|account|admin|id|my|pat|rest|code|value|v?\d{1,4})$/;

/** Looks issuers up by what stands before a value. */
export class Issuers {
  readonly #byName = new Map<string, Issued>();

  constructor(rules: readonly IssuerRule[]) {
    for (const rule of rules) for (const name of rule.names) this.#byName.set(name.name, { rule, name });
  }

  /** By its whole name: lower case, without signs. */
  exactly(name: string): Issued | undefined {
    return this.#byName.get(name);
  }

  /** The issuer that up to four neighbouring words of a name make. */
  inWords(words: readonly string[]): Issued | undefined {
    for (let from = 0; from < words.length; from++) {
      for (let to = Math.min(words.length, from + MAX_WORDS); to > from; to--) {
        const issued = this.#byName.get(words.slice(from, to).join(''));
        if (issued) return issued;
      }
    }
    return undefined;
  }

  /**
   * The issuer whose name ends `phrase`, but for telling words after it: `Better Stack private key`,
   * `browshotSECRETkey-`. The name must begin as a word does.
   */
  before(phrase: string): Issued | undefined {
    let squashed = '';
    const places: number[] = [];
    for (let i = 0; i < phrase.length; i++) {
      if (!(bitsOf(phrase.charCodeAt(i)) & ALNUM)) continue;
      squashed += phrase[i]!;
      places.push(i);
    }
    squashed = squashed.toLowerCase();
    for (let round = 0; round < 6; round++) {
      for (let length = Math.min(MAX_NAME, squashed.length); length >= MIN_NAME; length--) {
        const from = squashed.length - length;
        const issued = this.#byName.get(squashed.slice(from));
        if (issued && beginsWord(phrase, places[from]!)) return issued;
      }
      const end = TELLING_END.exec(squashed);
      if (!end) return undefined;
      squashed = squashed.slice(0, end.index);
    }
    return undefined;
  }
}

function beginsWord(phrase: string, at: number): boolean {
  const before = phrase[at - 1];
  if (before === undefined || !/[A-Za-z0-9]/.test(before)) return true;
  return /[a-z0-9]/.test(before) && /[A-Z]/.test(phrase[at]!);
}
