import { TacetError } from '@tacet/records';
import type { Seen } from './allowlist.ts';
import { CALLS, type Evaluate, FINDING, type Value } from './functions.ts';
import { ForeignPattern } from './pattern.ts';

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
  {
    '+': (a, b) => (typeof a === 'number' && typeof b === 'number' ? a + b : `${a ?? ''}${b ?? ''}`),
    '-': (a, b) => Number(a) - Number(b),
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
  /** Names given by `let`. */
  readonly #names = new Map<string, Evaluate>();
  #next = 0;
  #depth = 0;

  constructor(source: string, place: string) {
    this.#place = place;
    this.#tokens = this.#cut(source);
  }

  whole(): Evaluate {
    while (this.#takes('let')) {
      const name = this.#take();
      if (name.kind !== 'name' || KNOWN.has(name.value) || this.#names.has(name.value))
        this.#refuse(`let ${name.value}`);
      this.#expect('=');
      this.#names.set(name.value, onceFor(this.#binary(0)));
      this.#expect(';');
    }
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
      return this.#sliced(this.#operand());
    } finally {
      this.#depth--;
    }
  }

  /** `finding["fragment_raw"][from:to]`, either of which may be left out. */
  #sliced(whole: Evaluate): Evaluate {
    let value = whole;
    while (this.#takes('[')) {
      const of = value;
      const from = this.#peek().value === ':' ? () => 0 : this.#binary(0);
      this.#expect(':');
      const to = this.#peek().value === ']' ? () => Number.POSITIVE_INFINITY : this.#binary(0);
      this.#expect(']');
      value = (seen) => String(of(seen) ?? '').slice(placeOf(from(seen)), placeOf(to(seen)));
    }
    return value;
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
    if (token.value === '(' && token.kind === 'sign') {
      const inner = this.#binary(0);
      this.#expect(')');
      return inner;
    }
    if (token.kind !== 'name') this.#refuse(token.value);
    if (token.value === 'true' || token.value === 'false') return () => token.value === 'true';
    if (token.value === 'finding' || token.value === 'attributes') return this.#member(token.value);
    const given = this.#names.get(token.value);
    if (given) return given;
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
    return (Object.hasOwn(FINDING, name) && FINDING[name]) || this.#refuse(`${of}["${name}"]`);
  }

  #call(name: string): Evaluate {
    if (name !== 'get' && !Object.hasOwn(CALLS, name)) this.#refuse(name);
    this.#expect('(');
    const evaluate = name === 'get' ? this.#get() : this.#arguments(name);
    this.#takes(',');
    this.#expect(')');
    return evaluate;
  }

  #get(): Evaluate {
    const of = this.#take().value;
    this.#expect(',');
    const value = this.#named(of, this.#text());
    if (!this.#takes(',')) return value;
    const otherwise = this.#binary(0);
    return (seen) => value(seen) ?? otherwise(seen);
  }

  #arguments(name: string): Evaluate {
    const { second, make } = CALLS[name]!;
    const first = this.#binary(0);
    if (!second) return make({ first });
    this.#expect(',');
    if (second === 'value') return make({ first, value: this.#binary(0) });
    const terms = second === 'pattern' ? [this.#text()] : this.#list();
    if (second === 'words') return make({ first, terms });
    return make({ first, patterns: terms.map((source) => new ForeignPattern(source, this.#place)) });
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

/** What no name may be. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['let', 'true', 'false', 'finding', 'attributes', 'filter', 'get', 'and', 'or', 'not'],
  ...Object.keys(CALLS),
]);

/** Evaluates once for a finding, and only when it is asked for. */
function onceFor(evaluate: Evaluate): Evaluate {
  let last: { seen: Seen; value: Value } | undefined;
  return (seen) => {
    if (last?.seen !== seen) last = { seen, value: evaluate(seen) };
    return last.value;
  };
}

/** A place in a text: those before its beginning are there. */
function placeOf(value: Value): number {
  return Math.max(0, Number(value) || 0);
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

function textOf(token: string): string {
  const inside = token.slice(1, -1);
  return token.startsWith('`')
    ? inside
    : inside.replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
