import { TacetError } from '@tacet/records';
import { entropy } from '../values/made.ts';
import type { Seen } from './allowlist.ts';
import { ForeignPattern } from './pattern.ts';

type Value = string | number | boolean | undefined;
type Evaluate = (seen: Seen) => Value;
type Operation = (left: Value, right: Value) => Value;

const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)|(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z_]\w*)|(?<sign>\?\?|&&|\|\||[<>=!]=|[<>!()[\],.=:;?{}|%*/+-])/y;
const MAX_DEPTH = 100;

/** By how tightly they bind; of one strength, from left to right. */
const BINARY: readonly Readonly<Record<string, Operation>>[] = [
  { '||': (a, b) => a === true || b === true, or: (a, b) => a === true || b === true },
  { '&&': (a, b) => a === true && b === true, and: (a, b) => a === true && b === true },
  { '==': (a, b) => a === b, '!=': (a, b) => a !== b },
  {
    '<': (a, b) => Number(a) < Number(b),
    '<=': (a, b) => Number(a) <= Number(b),
    '>': (a, b) => Number(a) > Number(b),
    '>=': (a, b) => Number(a) >= Number(b),
  },
  { '??': (a, b) => a ?? b },
];

/**
 * Reads a filter of betterleaks, an expression in Expr (expr-lang.org): those parts of the language that
 * filters of single findings use. True means that the finding is let go.
 *
 * @throws RULES_INVALID, naming what is not supported
 */
export function filterOf(source: string, place: string): (seen: Seen) => boolean {
  const evaluate = new Reader(source, place).whole();
  return (seen) => evaluate(seen) === true;
}

interface Token {
  readonly kind: 'text' | 'number' | 'name' | 'sign' | 'end';
  readonly value: string;
}

class Reader {
  readonly #place: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(source: string, place: string) {
    this.#place = place;
    this.#tokens = this.#cut(source);
  }

  whole(): Evaluate {
    const evaluate = this.#binary(0);
    if (this.#peek().kind !== 'end') this.#refuse(this.#peek().value);
    return evaluate;
  }

  #cut(source: string): Token[] {
    const tokens: Token[] = [];
    for (TOKEN.lastIndex = 0; TOKEN.lastIndex < source.length; ) {
      const at = TOKEN.lastIndex;
      const groups = TOKEN.exec(source)?.groups;
      if (!groups) this.#refuse(source.slice(at, at + 1));
      const [kind, value] = Object.entries(groups).find(([, text]) => text !== undefined) ?? [];
      if (kind !== undefined) tokens.push({ kind: kind as Token['kind'], value: value! });
    }
    return [...tokens, { kind: 'end', value: 'the end' }];
  }

  #binary(strength: number): Evaluate {
    const operations = BINARY[strength];
    if (!operations) return this.#unary();
    let left = this.#binary(strength + 1);
    while (this.#peek().kind !== 'text' && Object.hasOwn(operations, this.#peek().value)) {
      const operation = operations[this.#take().value]!;
      const [first, second] = [left, this.#binary(strength + 1)];
      left = (seen) => operation(first(seen), second(seen));
    }
    return left;
  }

  #unary(): Evaluate {
    if (++this.#depth > MAX_DEPTH) this.#refuse('so deep a nesting');
    try {
      if (this.#takes('!') || this.#takes('not')) {
        const inner = this.#unary();
        return (seen) => inner(seen) !== true;
      }
      if (this.#takes('(')) {
        const inner = this.#binary(0);
        this.#expect(')');
        return inner;
      }
      return this.#operand();
    } finally {
      this.#depth--;
    }
  }

  #operand(): Evaluate {
    const token = this.#take();
    if (token.kind === 'text') {
      const text = textOf(token.value);
      return () => text;
    }
    if (token.kind === 'number') {
      const number = Number(token.value);
      return () => number;
    }
    if (token.kind !== 'name') this.#refuse(token.value);
    if (token.value === 'true' || token.value === 'false') return () => token.value === 'true';
    if (token.value === 'finding' || token.value === 'attributes') return this.#member(token.value);
    if (token.value === 'filter') {
      this.#expect('.');
      return this.#call(this.#take().value);
    }
    return this.#call(token.value);
  }

  /** `finding["secret"]`, `attributes["path"]`. */
  #member(of: string): Evaluate {
    let name: string;
    if (this.#takes('.')) name = this.#take().value;
    else {
      this.#expect('[');
      name = this.#text();
      this.#expect(']');
    }
    return this.#named(of, name);
  }

  #named(of: string, name: string): Evaluate {
    if (of === 'attributes')
      return name === 'path' ? ({ path }) => (path === '' ? undefined : path) : () => undefined;
    if (name === 'secret' || name === 'match' || name === 'line') return (seen) => seen[name];
    return this.#refuse(`${of}["${name}"]`);
  }

  #call(name: string): Evaluate {
    if (!CALLS.has(name)) this.#refuse(name);
    this.#expect('(');
    const evaluate = this.#arguments(name);
    this.#takes(',');
    this.#expect(')');
    return evaluate;
  }

  #arguments(name: string): Evaluate {
    if (name === 'get') {
      const of = this.#take().value;
      this.#expect(',');
      const value = this.#named(of, this.#text());
      if (!this.#takes(',')) return value;
      const otherwise = this.#binary(0);
      return (seen) => value(seen) ?? otherwise(seen);
    }
    const text = this.#binary(0);
    const string = (seen: Seen) => String(text(seen) ?? '');
    if (name === 'entropy') return (seen) => entropy(string(seen));
    if (name === 'len') return (seen) => string(seen).length;
    this.#expect(',');
    const list = this.#list();
    if (name === 'containsAny') {
      return (seen) => {
        const folded = string(seen).toLowerCase();
        return list.some((term) => folded.includes(term));
      };
    }
    const patterns = list.map((source) => new ForeignPattern(source, this.#place));
    return (seen) => patterns.some((pattern) => pattern.test(string(seen)));
  }

  #list(): string[] {
    const list: string[] = [];
    this.#expect('[');
    while (!this.#takes(']')) {
      list.push(this.#text());
      if (!this.#takes(',') && this.#peek().value !== ']') this.#refuse(this.#peek().value);
    }
    return list;
  }

  #text(): string {
    const token = this.#take();
    return token.kind === 'text' ? textOf(token.value) : this.#refuse(token.value);
  }

  #peek(): Token {
    return this.#tokens[this.#next]!;
  }

  #take(): Token {
    const token = this.#peek();
    if (token.kind === 'end') this.#refuse('an expression without an end');
    this.#next++;
    return token;
  }

  #takes(value: string): boolean {
    const token = this.#peek();
    if (token.kind === 'text' || token.value !== value) return false;
    this.#next++;
    return true;
  }

  #expect(value: string): void {
    if (!this.#takes(value)) this.#refuse(this.#peek().value);
  }

  #refuse(what: string): never {
    throw new TacetError('RULES_INVALID', `${this.#place}: ${what} is not supported in a filter`);
  }
}

const CALLS: ReadonlySet<string> = new Set(['get', 'entropy', 'len', 'matchesAny', 'containsAny']);
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function textOf(token: string): string {
  const inside = token.slice(1, -1);
  return token.startsWith('`')
    ? inside
    : inside.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
