import { describe, expect, it } from 'vitest';
import { reportedFinding } from './sameness.ts';

const print = (title: string, where?: string, encrypted?: string) =>
  reportedFinding({ title, ...(where && { where }), ...(encrypted && { encrypted }) }).fingerprint;

describe('two reports', () => {
  it('of one place are the same, however they are written', () => {
    const one = print('Database open', 'https://logs.example.com/play?user=default');
    for (const where of [
      'logs.example.com/play',
      'HTTP://LOGS.example.com:80//play/#x',
      'https://www.logs.example.com/play',
    ])
      expect([where, print('ClickHouse is reachable!', where)]).toEqual([where, one]);
    expect(print('x y z', 'db.example.com:8123')).toBe(print('other words', 'http://db.example.com:8123/'));
  });

  it('of a host alone, or of none, are the same when their titles have the same words', () => {
    expect(print('Open database: logs', 'example.com')).toBe(
      print('logs -- DATABASE, open', 'https://example.com/'),
    );
    expect(print('Open database')).toBe(print('database open'));
    expect(print('Open database', 'example.com')).not.toBe(print('Keys in the page source', 'example.com'));
    expect(print('Open database', 'example.com')).not.toBe(print('Open database'));
  });

  it('of other places, or encrypted, are not', () => {
    expect(print('Open', 'example.com/a')).not.toBe(print('Open', 'example.com/b'));
    expect(print('Open', 'example.com:8123')).not.toBe(print('Open', 'example.com:9000'));
    expect(print('Report', undefined, 'one')).not.toBe(print('Report', undefined, 'two'));
    expect(print('Report', undefined, 'one')).toBe(print('Report', undefined, 'one'));
  });
});
