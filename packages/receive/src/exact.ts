import { type Json, TacetError } from '@tacet/records';
import { type Limits, tooDeep } from './limits.ts';
import { addMember, type Members } from './members.ts';

const NUMBER = /-?(?:0|[1-9]\d*)((?:\.\d+)?(?:[eE][+-]?\d+)?)/y;
const PLAIN = /[^"\\]*/y;

function invalid(): TacetError {
  return new TacetError('JSON_INVALID', 'This is not JSON');
}

/**
 * Parses JSON without loss, for the few texts of which `JSON.parse` would drop something: whole
 * numbers beyond ±(2^53 - 1) and numbers beyond a double's range become their digits as strings,
 * and later values of a repeated name go under `tacet.duplicates`. Ten times slower than
 * `JSON.parse`; it is called when a cheap sign says that it is needed.
 *
 * @throws JSON_INVALID, EVENT_TOO_DEEP past `maxDepth` containers
 */
export function parseExact(text: string, limits: Limits, maxDepth: number = limits.depth): Json {
  let at = 0;

  function space(): void {
    for (;;) {
      const c = text.charCodeAt(at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return;
      at++;
    }
  }

  function literal(word: string, value: Json): Json {
    if (!text.startsWith(word, at)) throw invalid();
    at += word.length;
    return value;
  }

  function string(): string {
    const start = at++;
    while (at < text.length) {
      PLAIN.lastIndex = at;
      PLAIN.exec(text);
      at = PLAIN.lastIndex;
      if (text.charCodeAt(at) === 34) break;
      at += 2;
    }
    if (at >= text.length) throw invalid();
    at++;
    return parseScalar(text.slice(start, at)) as string;
  }

  function number(): Json {
    NUMBER.lastIndex = at;
    const match = NUMBER.exec(text);
    if (!match) throw invalid();
    at = NUMBER.lastIndex;
    const value = Number(match[0]);
    const whole = match[1] === '' && Math.abs(value) > Number.MAX_SAFE_INTEGER;
    return whole || !Number.isFinite(value) ? match[0] : value;
  }

  function value(depth: number): Json {
    space();
    const c = text.charCodeAt(at);
    if (c === 34) return string();
    if (c === 123 || c === 91) {
      if (depth >= maxDepth) throw tooDeep(limits);
      at++;
      return c === 123 ? object(depth + 1) : array(depth + 1);
    }
    if (c === 116) return literal('true', true);
    if (c === 102) return literal('false', false);
    if (c === 110) return literal('null', null);
    return number();
  }

  function object(depth: number): Json {
    const members: Members = {};
    space();
    if (text.charCodeAt(at) === 125) {
      at++;
      return members;
    }
    for (;;) {
      space();
      if (text.charCodeAt(at) !== 34) throw invalid();
      const key = string();
      space();
      if (text.charCodeAt(at++) !== 58) throw invalid();
      addMember(members, key, value(depth));
      space();
      const c = text.charCodeAt(at++);
      if (c === 125) return members;
      if (c !== 44) throw invalid();
    }
  }

  function array(depth: number): Json {
    const items: Json[] = [];
    space();
    if (text.charCodeAt(at) === 93) {
      at++;
      return items;
    }
    for (;;) {
      items.push(value(depth));
      space();
      const c = text.charCodeAt(at++);
      if (c === 93) return items;
      if (c !== 44) throw invalid();
    }
  }

  const result = value(0);
  space();
  if (at < text.length) throw invalid();
  return result;
}

function parseScalar(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid();
  }
}

/**
 * How many members a JSON text names at least: closing quotes followed at once by a colon. More than
 * the parsed value has means that a name came twice, or that a string begins with a colon.
 */
export function namesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) {
    if (text.charCodeAt(at - 1) !== 92 || escapesEvenly(text, at - 1)) count++;
  }
  return count;
}

/** Whether the run of backslashes that ends at `last` is of even length: the quote is a real one. */
function escapesEvenly(text: string, last: number): boolean {
  let at = last;
  while (at >= 0 && text.charCodeAt(at) === 92) at--;
  return (last - at) % 2 === 0;
}
