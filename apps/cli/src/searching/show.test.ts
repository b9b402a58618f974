import type { Event } from '@tacet/records';
import { parseQuery } from '@tacet/search/query';
import { describe, expect, it } from 'vitest';
import { painter } from '../terminal/text.ts';
import { excerpt, placesOf } from './excerpt.ts';
import { showEvent } from './show.ts';

const places = (query: string) => placesOf(parseQuery(query));

const event: Event = {
  time: '1736152496789123456',
  kind: 'span',
  service: 'chat-backend',
  operation: 'POST /v1/chat',
  severity: '',
  status: 'error',
  provider: '',
  model: 'm-1',
  input: [
    { role: 'user', parts: [{ type: 'text', content: `${'x'.repeat(200)} 请帮我退款 REFUND please` }] },
  ],
};

describe('showing an event', () => {
  it('names time, service, operation and what matched', () => {
    const shown = showEvent(event, places('refund service:chat-backend'), painter({}, {}));
    expect(shown).toContain('2025-01-06 08:34:56.789  chat-backend  POST /v1/chat  m-1  error\n');
    expect(shown).toContain('请帮我退款 REFUND please');
    expect(shown.split('\n')).toHaveLength(3);
  });

  it('shows the start of the text when the words are elsewhere', () => {
    expect(excerpt({ ...event, body: 'hello there, you' }, places('absent'))).toBe('hello there, you');
    expect(excerpt({ ...event, input: ['user', 'a text that tells'] }, places('*'))).toBe(
      'a text that tells',
    );
    expect(excerpt({ ...event, input: ['user'] }, places('*'))).toBe('user');
    expect(excerpt({ ...event, input: null }, [])).toBe('');
  });

  it('finds what the query looked for', () => {
    for (const query of [
      'refund',
      '"退款 refund"',
      'absent OR REFUND',
      'input~退款',
      '/RE[F]UND/',
      '/re[f]und/i',
    ])
      expect(excerpt(event, places(query)), query).toContain('REFUND please');
  });

  it('lets no event drive the terminal or forge a line', () => {
    const hostile = { ...event, service: 'a\u001b[2J', operation: 'b\nc', body: 'x\r\ntacet: done\u0007' };
    const shown = showEvent(hostile, [], painter({}, {}));
    expect(shown.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    expect(shown.split('\n')).toHaveLength(3);
  });

  it('survives times that no calendar has', () => {
    expect(showEvent({ ...event, time: '-99999999999999999999999' }, [], painter({}, {}))).toContain('-9999');
  });
});
