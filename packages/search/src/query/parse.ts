import { type Clause, type CompareOp, QUERY_LIMITS, type Query } from './ast.ts';
import { boundProblem } from './bounds.ts';
import { QueryError } from './error.ts';
import { fieldOf } from './fields.ts';
import { compileRegex } from './regex.ts';
import { type Operator, Scanner } from './scanner.ts';

/**
 * Parses a query (docs/search.md has the language). '' and `*` are every event.
 *
 * Throws QueryError: QUERY_SYNTAX with the position, QUERY_RANGE for an end of a range that has no
 * order, QUERY_REGEX, QUERY_TOO_LONG and QUERY_TOO_COMPLEX past QUERY_LIMITS.
 */
export function parseQuery(text: string): Query {
  if (text.length > QUERY_LIMITS.length)
    throw new QueryError(
      'QUERY_TOO_LONG',
      QUERY_LIMITS.length,
      `a query has at most ${QUERY_LIMITS.length} characters`,
    );
  return new Parser(text).query();
}

class Parser {
  readonly #scan: Scanner;
  #depth = 0;
  #nodes = 0;

  constructor(text: string) {
    this.#scan = new Scanner(text);
  }

  query(): Query {
    const scan = this.#scan;
    scan.skipSpace();
    if (scan.atEnd) return { type: 'all' };
    const query = this.#or();
    if (!scan.atEnd) scan.fail('this parenthesis was not opened');
    return query;
  }

  #or(): Query {
    const parts = [this.#and()];
    while (this.#scan.takeKeyword('OR')) parts.push(this.#and());
    return this.#join('or', parts);
  }

  #and(): Query {
    const scan = this.#scan;
    const parts: Query[] = [];
    for (;;) {
      scan.skipSpace();
      if (scan.atEnd || scan.at(')') || scan.keyword() === 'OR') break;
      if (scan.keyword() === 'AND') {
        if (parts.length === 0) scan.fail('AND has nothing before it');
        scan.takeKeyword('AND');
        scan.skipSpace();
        if (scan.atEnd || scan.at(')') || scan.keyword() === 'OR' || scan.keyword() === 'AND')
          scan.fail('AND has nothing after it');
      }
      parts.push(this.#unary());
    }
    if (parts.length === 0)
      scan.fail(
        scan.at(')') ? 'there is nothing before this parenthesis' : 'OR needs something on each side',
      );
    return this.#join('and', parts);
  }

  /** Joins parts in normal form: one part is itself, parts of the same kind are taken in. */
  #join(type: 'and' | 'or', parts: Query[]): Query {
    if (parts.length === 1) return parts[0]!;
    this.#count();
    return { type, of: parts.flatMap((part) => (part.type === type ? part.of : [part])) };
  }

  #unary(): Query {
    const scan = this.#scan;
    const start = scan.position;
    const dash = scan.at('-');
    if (dash) scan.position++;
    else if (!scan.takeKeyword('NOT')) return this.#primary();
    if (!dash) scan.skipSpace();
    if (scan.atBreak) scan.fail('there is nothing to exclude: quote a lone dash', start);
    if (scan.keyword() === 'AND' || scan.keyword() === 'OR') scan.fail('there is nothing to exclude', start);
    this.#count();
    return { type: 'not', of: this.#nested(() => this.#unary()) };
  }

  #primary(): Query {
    const scan = this.#scan;
    if (scan.at('(')) {
      const start = scan.position++;
      const inner = this.#nested(() => this.#or());
      if (!scan.at(')')) scan.fail('this parenthesis is not closed', start);
      scan.position++;
      return inner;
    }
    this.#count();
    const start = scan.position;
    if (scan.at('"')) {
      const text = scan.quoted();
      const op = scan.takeOperator();
      if (op) return this.#fieldClause(text, op);
      if (text === '') scan.fail('there is nothing between these quotes', start);
      return this.#end({ type: 'text', text });
    }
    if (scan.at('/')) return this.#regex(undefined);
    const field = scan.takeField();
    if (field) return this.#fieldClause(field.field, field.op);
    const text = scan.bare();
    if (text === '*') return this.#end({ type: 'all' });
    this.#refuseWildcard(text, start);
    return this.#end({ type: 'text', text });
  }

  #fieldClause(field: string, op: Operator): Clause {
    const scan = this.#scan;
    const time = fieldOf(field).kind === 'time';
    if (time && (op === '~' || scan.at('/'))) scan.fail('a time is compared, not searched: time>=2025-01-06');
    if (op === '~') return this.#end({ type: 'contains', field, text: this.#text() });
    if (op !== ':') return this.#compare(field, op);
    if (scan.at('/')) return this.#regex(field);
    if (scan.at('>') || scan.at('<')) return this.#compare(field, scan.takeOperator() as CompareOp);
    if (scan.at('(')) scan.fail('name the field each time: (field:a OR field:b)');
    const start = scan.position;
    if (scan.at('"')) {
      const value = scan.quoted();
      if (value === '' && fieldOf(field).kind === 'text')
        scan.fail('there is nothing between these quotes', start);
      if (time) this.#checkBound(field, value, start);
      return this.#end({ type: 'is', field, value });
    }
    const value = this.#value();
    if (value === '*') return this.#end({ type: 'exists', field });
    const dots = value.indexOf('..');
    if (dots >= 0) return this.#range(field, value.slice(0, dots), value.slice(dots + 2), start);
    this.#refuseWildcard(value, start);
    if (time) this.#checkBound(field, value, start);
    return this.#end({ type: 'is', field, value });
  }

  #regex(field: string | undefined): Clause {
    const start = this.#scan.position;
    const { pattern, flags } = this.#scan.regex();
    this.#at(start, () => compileRegex(pattern, flags));
    return this.#end({ type: 'regex', ...(field !== undefined && { field }), pattern, flags });
  }

  #compare(field: string, op: CompareOp): Clause {
    const start = this.#scan.position;
    const value = this.#value();
    this.#checkBound(field, value, start);
    return this.#end({ type: 'compare', field, op, value });
  }

  #range(field: string, from: string, to: string, start: number): Clause {
    if (from === '' && to === '') this.#scan.fail('a range has at least one end', start);
    if (from !== '') this.#checkBound(field, from, start);
    if (to !== '') this.#checkBound(field, to, start + from.length + 2);
    return this.#end({ type: 'range', field, ...(from !== '' && { from }), ...(to !== '' && { to }) });
  }

  #checkBound(field: string, text: string, position: number): void {
    const meaning = fieldOf(field);
    const problem = boundProblem(meaning, text);
    if (problem)
      throw new QueryError(meaning.kind === 'time' ? 'QUERY_TIME' : 'QUERY_RANGE', position, problem);
  }

  #text(): string {
    const start = this.#scan.position;
    const quoted = this.#scan.at('"');
    const text = quoted ? this.#scan.quoted() : this.#value();
    if (text === '') this.#scan.fail('there is nothing between these quotes', start);
    if (!quoted) this.#refuseWildcard(text, start);
    return text;
  }

  /** An unquoted value of at least one character. */
  #value(): string {
    const value = this.#scan.bare();
    if (value === '') this.#scan.fail('a value is missing here: quote a text that holds an operator');
    return value;
  }

  #refuseWildcard(text: string, start: number): void {
    const star = text.indexOf('*');
    if (star >= 0)
      this.#scan.fail(
        'the index has whole words only: use /a regular expression/, or quote the star',
        start + star,
      );
  }

  /** A clause ends at a space or a closing parenthesis, so that `f(x)` is not read as two words. */
  #end<C extends Query>(clause: C): C {
    if (!this.#scan.atBreak) this.#scan.fail('leave a space here, or quote the whole text');
    return clause;
  }

  #nested(parse: () => Query): Query {
    if (++this.#depth > QUERY_LIMITS.depth)
      throw new QueryError('QUERY_TOO_COMPLEX', this.#scan.position, 'this query is nested too deeply');
    const query = parse();
    this.#depth--;
    return query;
  }

  #count(): void {
    if (++this.#nodes > QUERY_LIMITS.nodes)
      throw new QueryError('QUERY_TOO_COMPLEX', this.#scan.position, 'this query has too many parts');
  }

  /** Adds the position to an error that does not know it. */
  #at(position: number, check: () => unknown): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      throw new QueryError('QUERY_REGEX', position, error.message);
    }
  }
}
