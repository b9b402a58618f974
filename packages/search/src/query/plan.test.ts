import type { Event } from '@tacet/records';
import { fold, tokensOfEvent } from '@tacet/seal';
import type { ClearTest, Formula } from '@tacet/store';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileQuery } from './evaluate.ts';
import { parseQuery } from './parse.ts';
import { planQuery } from './plan.ts';
import { event, query } from './testing/arbitraries.ts';

function tokensOf(given: Event): Set<string> {
  const tokens = new Set<string>();
  tokensOfEvent(given, (field, token) => tokens.add(JSON.stringify([field, token])));
  return tokens;
}

/** The store folds texts and widens numbers by a rounding step: the exact test is the strictest it may apply. */
function clearHolds({ column, op, value }: ClearTest, given: Event): boolean {
  if (column === 'secrets') return Object.keys(given.secrets ?? {}).length > 0;
  if (op === '=') return fold(given[column as 'severity']) === value;
  const stored =
    column === 'time'
      ? Math.floor(Number(BigInt(given.time) / 1_000_000n) / 1000)
      : given[column as 'duration_ns'];
  if (stored === undefined || typeof value !== 'number') return false;
  return op === '>=' ? stored >= value : op === '<=' && stored <= value;
}

function holds(formula: Formula, given: Event, tokens: readonly boolean[]): boolean {
  if ('and' in formula) return formula.and.every((part) => holds(part, given, tokens));
  if ('or' in formula) return formula.or.some((part) => holds(part, given, tokens));
  if ('token' in formula) return tokens[formula.token]!;
  return 'all' in formula || clearHolds(formula.clear, given);
}

const size = (formula: Formula): number =>
  1 +
  ('and' in formula ? formula.and : 'or' in formula ? formula.or : []).reduce(
    (sum, part) => sum + size(part),
    0,
  );

describe('planning a query', () => {
  it('never loses a match', () => {
    let matches = 0;
    let constrained = 0;
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), query, (events, given) => {
        const plan = planQuery(given);
        const predicate = compileQuery(given);
        for (const each of events) {
          if (!predicate(each)) continue;
          matches++;
          if (!plan.scans) constrained++;
          const held = tokensOf(each);
          const tokens = plan.tokens.map(({ field, token }) => held.has(JSON.stringify([field, token])));
          expect(holds(plan.formula, each, tokens)).toBe(true);
        }
      }),
      { numRuns: 3000 },
    );
    // Otherwise the test has stopped testing.
    expect(matches).toBeGreaterThan(500);
    expect(constrained).toBeGreaterThan(50);
  });

  it.each([
    ['timeout', [['', 'timeout']], { token: 0 }],
    [
      '"Connection refused"',
      [
        ['', 'connection'],
        ['', 'refused'],
      ],
      { and: [{ token: 0 }, { token: 1 }] },
    ],
    [
      '数据库',
      [
        ['', '数据'],
        ['', '据库'],
      ],
      { and: [{ token: 0 }, { token: 1 }] },
    ],
    ['body:timeout', [['', 'timeout']], { token: 0 }],
    [
      'trace_id:0AF7',
      [
        ['trace_id', '0af7'],
        ['trace_id', '0af7'],
      ].slice(1),
      { token: 0 },
    ],
    ['http.route:/chat/', [], { all: true }],
    ['http.route:"/Chat"', [['http.route', '/chat']], { token: 0 }],
    [
      'user.id:alice',
      [
        ['user_id', 'alice'],
        ['user.id', 'alice'],
      ],
      { or: [{ token: 0 }, { token: 1 }] },
    ],
    [
      'duration:5s',
      [],
      {
        and: [
          { clear: { column: 'duration_ns', op: '>=', value: 5e9 } },
          { clear: { column: 'duration_ns', op: '<=', value: 5e9 } },
        ],
      },
    ],
    ['status:"my secret"', [['status', 'my secret']], { token: 0 }],
    ['status:ERROR', [], { clear: { column: 'status', op: '=', value: 'error' } }],
    [
      'level:error',
      [
        ['severity', 'error'],
        ['level', 'error'],
      ],
      { or: [{ token: 0 }, { token: 1 }] },
    ],
    [
      'severity>=error',
      [],
      {
        or: ['error', 'fatal', 'err', 'critical'].map((value) => ({
          clear: { column: 'severity', op: '=', value },
        })),
      },
    ],
    [
      'fingerprint:0123456789abcdef0123456789abcdef',
      [['', '0123456789abcdef0123456789abcdef']],
      { token: 0 },
    ],
    ['secrets:*', [], { clear: { column: 'secrets', op: '>', value: '' } }],
    ['timeout -error', [['', 'timeout']], { token: 0 }],
    [
      'timeout OR duration>5s',
      [['', 'timeout']],
      {
        or: [{ token: 0 }, { clear: { column: 'duration_ns', op: '>=', value: 5e9 } }],
      },
    ],
    ['timeout OR -error', [], { all: true }],
    ['(timeout OR /x/) refused', [['', 'refused']], { token: 0 }],
    ['/a error b/', [['', 'error']], { token: 0 }],
  ] as [string, [string, string][], Formula][])('asks the index for %s', (text, tokens, formula) => {
    const plan = planQuery(parseQuery(text));
    expect(plan.tokens.map(({ field, token }) => [field, token])).toEqual(tokens);
    expect(plan.formula).toEqual(formula);
  });

  it.each([
    ['', true],
    ['错', true],
    ['"😀"', true],
    ['-error', true],
    ['/time.*out/', true],
    ['duration>5s', true],
    ['trace_id:*', true],
    ['timeout OR duration>5s', true],
    ['timeout', false],
    ['timeout duration>5s', false],
    ['timeout OR 数据', false],
    ['severity:error', false],
    ['secrets:*', false],
  ])('says whether %s scans', (text, scans) => {
    expect(planQuery(parseQuery(text)).scans).toBe(scans);
  });

  it('stays within what the server takes', () => {
    const many = planQuery(parseQuery(Array.from({ length: 100 }, (_, i) => `w${i}`).join(' ')));
    expect(many.tokens).toHaveLength(64);
    expect(many.scans).toBe(false);
    const either = planQuery(parseQuery(Array.from({ length: 60 }, (_, i) => `user.id:u${i}`).join(' OR ')));
    expect(either).toEqual({ formula: { all: true }, tokens: [], scans: true });
    const ranges = planQuery(
      parseQuery(Array.from({ length: 60 }, (_, i) => `duration:${i}s..9s`).join(' ')),
    );
    expect(size(ranges.formula)).toBeLessThanOrEqual(33);
    const deep = planQuery(parseQuery(`${'(a OR b (c OR '.repeat(15)}d${'))'.repeat(15)}`));
    expect(JSON.stringify(deep.formula).split('[').length).toBeLessThan(256);
  });
});
