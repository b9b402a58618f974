import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commitQuery } from '../src/client/index.ts';
import { parseQuery, planQuery, printQuery, QUERY_LIMITS } from '../src/query/index.ts';
import { REQUEST_LIMITS } from '../src/wire/index.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/search.md'), 'utf8');
const flat = page.replace(/\s+/g, ' ');

describe('docs/search.md', () => {
  const table = page.slice(page.search(/^\| write /m), page.indexOf('`AND`, `OR` and `NOT`'));
  const examples = table
    .split('\n')
    .slice(2)
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((span) => span[1]!));

  it('shows queries that parse', () => {
    expect(examples.length).toBeGreaterThan(25);
    for (const example of examples)
      expect(parseQuery(printQuery(parseQuery(example)))).toEqual(parseQuery(example));
  });

  it('says which regular expressions the index narrows', () => {
    expect(planQuery(parseQuery('/ timeout after \\d+/')).tokens.map(({ token }) => token)).toEqual([
      'timeout',
      'after',
    ]);
    expect(planQuery(parseQuery('/timeout/')).scans).toBe(true);
    expect(() => parseQuery('time*')).toThrow();
  });

  it('states the caps that hold', () => {
    const number = (value: number) => value.toLocaleString('en');
    for (const said of [
      `${number(QUERY_LIMITS.length)} characters, ${QUERY_LIMITS.nodes} parts and ${QUERY_LIMITS.depth} levels`,
      `${REQUEST_LIMITS.tokens} tokens, ${number(REQUEST_LIMITS.periods)} periods, a formula of ${REQUEST_LIMITS.formulaNodes} parts and ${REQUEST_LIMITS.formulaDepth} levels, and ${REQUEST_LIMITS.matchBytes >> 20} MiB`,
      `${number(REQUEST_LIMITS.hits)} hits`,
      `${number(REQUEST_LIMITS.ids)} ids`,
      `${number(REQUEST_LIMITS.plannedPeriods)} periods`,
    ])
      expect(flat).toContain(said);
  });

  it('says how a query is committed to', async () => {
    const salt = '00'.repeat(32);
    const text = new TextEncoder().encode(`tacet/v1/search/query\n${salt}\n数据库`);
    const hash = Buffer.from(await crypto.subtle.digest('SHA-256', text)).toString('hex');
    expect(commitQuery('数据库', salt)).toEqual({ text: '数据库', commitment: hash, salt });
    expect(flat).toContain('SHA-256 of `tacet/v1/search/query`, a line break');
  });
});
