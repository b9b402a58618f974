import { QueryError } from './error.ts';

const SPACE = /\s/u;
const BARE_END = /[\s()"]/u;
const FIELD = /([\p{L}_@$][\p{L}\p{N}\p{M}_.@$/-]*)(:|~|>=|<=|>|<)/uy;
const FIELD_NAME = /^[\p{L}_@$][\p{L}\p{N}\p{M}_.@$/-]*$/u;
const OPERATOR = /:|~|>=|<=|>|</uy;
const KEYWORD = /(AND|OR|NOT)(?=[\s()"]|$)/uy;

export type Keyword = 'AND' | 'OR' | 'NOT';
export type Operator = ':' | '~' | '>=' | '<=' | '>' | '<';

/** Whether a field's name can stand in a query without quotes. */
export function isFieldName(name: string): boolean {
  return FIELD_NAME.test(name);
}

/** Reads the pieces of a query from left to right; the grammar is in parse.ts. */
export class Scanner {
  readonly text: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
  }

  fail(message: string, position = this.position): never {
    throw new QueryError('QUERY_SYNTAX', position, message);
  }

  /** The character here, '' at the end. */
  get here(): string {
    return this.text.charAt(this.position);
  }

  at(character: string): boolean {
    return this.here === character;
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  skipSpace(): void {
    while (!this.atEnd && SPACE.test(this.here)) this.position++;
  }

  /** Whether a value may end here: at a space, a closing parenthesis or the end. */
  get atBreak(): boolean {
    return this.atEnd || this.here === ')' || SPACE.test(this.here);
  }

  keyword(): Keyword | undefined {
    return this.#match(KEYWORD)?.[1] as Keyword | undefined;
  }

  /** Takes the keyword if it stands here. */
  takeKeyword(word: Keyword): boolean {
    if (this.keyword() !== word) return false;
    this.position += word.length;
    return true;
  }

  /** Takes a field's name with the operator after it, if both stand here. */
  takeField(): { field: string; op: Operator } | undefined {
    const found = this.#match(FIELD);
    if (!found) return undefined;
    this.position += found[0].length;
    return { field: found[1]!, op: found[2] as Operator };
  }

  takeOperator(): Operator | undefined {
    const found = this.#match(OPERATOR);
    if (!found) return undefined;
    this.position += found[0].length;
    return found[0] as Operator;
  }

  /** A quoted text; the position is at its opening quote. `\"` and `\\` are the only escapes. */
  quoted(): string {
    const start = this.position++;
    let text = '';
    for (;;) {
      if (this.atEnd) this.fail('this quote is not closed', start);
      const character = this.here;
      this.position++;
      if (character === '"') return text;
      const next = this.here;
      if (character === '\\' && (next === '"' || next === '\\')) {
        text += next;
        this.position++;
      } else text += character;
    }
  }

  /** `/pattern/flags`; the position is at the first slash. A slash inside is written `\/`. */
  regex(): { pattern: string; flags: string } {
    const start = this.position++;
    let pattern = '';
    for (;;) {
      if (this.atEnd)
        this.fail('this regular expression is not closed: quote a text that begins with /', start);
      const character = this.here;
      this.position++;
      if (character === '/') break;
      pattern += character;
      if (character !== '\\' || this.atEnd) continue;
      pattern = this.here === '/' ? `${pattern.slice(0, -1)}/` : pattern + this.here;
      this.position++;
    }
    if (pattern === '') this.fail('this regular expression is empty: quote an address or a path', start);
    const flagsAt = this.position;
    while (!this.atBreak) this.position++;
    const flags = this.text.slice(flagsAt, this.position);
    if (!/^[ims]*$/.test(flags) || new Set(flags).size < flags.length)
      this.fail('a regular expression takes the flags i, m and s; quote an address or a path', flagsAt);
    return { pattern, flags };
  }

  /** An unquoted value: up to a space, a parenthesis or a quote. May be ''. */
  bare(): string {
    const start = this.position;
    while (!this.atEnd && !BARE_END.test(this.here)) this.position++;
    return this.text.slice(start, this.position);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.position;
    return pattern.exec(this.text);
  }
}
