import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { QueryError } from './error.ts';
import { parseQuery } from './parse.ts';

const text = (word: string) => ({ type: 'text', text: word });
const problem = (query: string): { code: string | undefined; position: number | undefined } => {
  try {
    parseQuery(query);
  } catch (error) {
    return { code: codeOf(error), position: error instanceof QueryError ? error.position : undefined };
  }
  return { code: undefined, position: undefined };
};

describe('the query language', () => {
  it.each([
    ['', { type: 'all' }],
    ['  *  ', { type: 'all' }],
    ['timeout', text('timeout')],
    ['数据库', text('数据库')],
    ['"connection refused"', text('connection refused')],
    ['"a \\"quoted\\" \\\\ one\\n"', text('a "quoted" \\ one\\n')],
    ['12:30', text('12:30')],
    ['a=b', text('a=b')],
    ['and or not', { type: 'and', of: [text('and'), text('or'), text('not')] }],
    ['"OR"', text('OR')],
    ['user.id:alice', { type: 'is', field: 'user.id', value: 'alice' }],
    ['url:https://example.com/a?b=c', { type: 'is', field: 'url', value: 'https://example.com/a?b=c' }],
    ['"odd name":"x y"', { type: 'is', field: 'odd name', value: 'x y' }],
    ['字段:值', { type: 'is', field: '字段', value: '值' }],
    ['note:""', { type: 'is', field: 'note', value: '' }],
    ['note:"*"', { type: 'is', field: 'note', value: '*' }],
    ['body~"out of memory"', { type: 'contains', field: 'body', text: 'out of memory' }],
    ['trace_id:*', { type: 'exists', field: 'trace_id' }],
    ['duration>5s', { type: 'compare', field: 'duration', op: '>', value: '5s' }],
    ['duration:>=5s', { type: 'compare', field: 'duration', op: '>=', value: '5s' }],
    ['severity>=warn', { type: 'compare', field: 'severity', op: '>=', value: 'warn' }],
    [
      'time<2025-01-06T10:30:00+08:00',
      { type: 'compare', field: 'time', op: '<', value: '2025-01-06T10:30:00+08:00' },
    ],
    ['duration:1s..5s', { type: 'range', field: 'duration', from: '1s', to: '5s' }],
    ['input_tokens:1000..', { type: 'range', field: 'input_tokens', from: '1000' }],
    ['x:..-5', { type: 'range', field: 'x', to: '-5' }],
    ['/time.*out/i', { type: 'regex', pattern: 'time.*out', flags: 'i' }],
    ['operation:/v1\\/chat\\\\/', { type: 'regex', field: 'operation', pattern: 'v1/chat\\\\', flags: '' }],
  ])('%s', (query, expected) => {
    expect(parseQuery(query)).toEqual(expected);
  });

  it('binds OR loosest, and joins parts of one kind', () => {
    expect(parseQuery('a b OR c AND -d')).toEqual({
      type: 'or',
      of: [
        { type: 'and', of: [text('a'), text('b')] },
        { type: 'and', of: [text('c'), { type: 'not', of: text('d') }] },
      ],
    });
    expect(parseQuery('(a (b c)) AND (d OR (e OR f))')).toEqual({
      type: 'and',
      of: [text('a'), text('b'), text('c'), { type: 'or', of: [text('d'), text('e'), text('f')] }],
    });
    expect(parseQuery('NOT (a OR b)')).toEqual({
      type: 'not',
      of: { type: 'or', of: [text('a'), text('b')] },
    });
  });

  it.each([
    ['"open', 0],
    ['a "b', 2],
    ['(a b', 0],
    ['a)', 1],
    ['a OR', 4],
    ['OR a', 0],
    ['AND a', 0],
    ['a AND AND b', 6],
    ['a AND', 5],
    ['()', 1],
    ['a -', 2],
    ['NOT', 0],
    ['NOT OR a', 0],
    ['user.id:', 8],
    ['user.id: x', 8],
    ['user.id:(a OR b)', 8],
    ['fail*', 4],
    ['user.id:al*', 10],
    ['f(x)', 1],
    ['a"b"', 1],
    ['""', 0],
    ['body:""', 5],
    ['body~""', 5],
    ['x:..', 2],
    ['/unclosed', 0],
    ['//', 0],
    ['/v1/chat/completions', 4],
    ['/a/ii', 3],
    ['http://example.com', 5],
    ['time~2025', 5],
    ['time:/2025/', 5],
  ])('tells where %s is wrong', (query, position) => {
    expect(problem(query)).toEqual({ code: 'QUERY_SYNTAX', position });
  });

  it.each([
    ['duration>5', 9],
    ['duration:1s..fast', 13],
    ['severity>loud', 9],
    ['http.status_code>=five', 18],
    ['body>5', 5],
    ['foo->bar', 5],
  ])('tells which end of the range in %s is wrong', (query, position) => {
    expect(problem(query)).toEqual({ code: 'QUERY_RANGE', position });
  });

  it.each([
    ['time>yesterday', 5],
    ['time>2025-02-30', 5],
    ['time:today', 5],
    ['time:2025-01-01..2025-13-01', 17],
  ])('tells which time in %s is wrong', (query, position) => {
    expect(problem(query)).toEqual({ code: 'QUERY_TIME', position });
  });

  it.each(['a /b(/', '/(?=x)/', '/a{1001}/', '/(a{900}){9}/'])('refuses the expression %s', (query) => {
    expect(problem(query).code).toBe('QUERY_REGEX');
  });

  it('caps length, depth and parts', () => {
    expect(problem('a'.repeat(4097)).code).toBe('QUERY_TOO_LONG');
    expect(problem(`${'('.repeat(33)}a`).code).toBe('QUERY_TOO_COMPLEX');
    expect(problem(`${'-'.repeat(33)}a`).code).toBe('QUERY_TOO_COMPLEX');
    expect(problem('a '.repeat(129)).code).toBe('QUERY_TOO_COMPLEX');
    expect(problem(`${'('.repeat(32)}a${')'.repeat(32)}`).code).toBeUndefined();
  });

  it('repeats nothing of the query in its messages', () => {
    for (const query of ['hunter2"', 'duration:hunter2..y', '/hunter2(/', '/hunter2/x'])
      expect(() => parseQuery(query)).toThrow(/^(?!.*hunter2)/s);
  });
});
