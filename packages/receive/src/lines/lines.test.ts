import type { Event } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BLANK, line } from '../../test/lines.ts';
import { NOW } from '../../test/requests.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { eventFromLine } from './index.ts';

const T = BLANK.time;

describe("Tacet's own events", () => {
  const event: Event = {
    ...BLANK,
    time: '5',
    kind: 'span',
    model: 'm',
    duration_ns: 0,
    input_tokens: 3,
    user_id: 'u1',
    status_message: 'late',
    body: null,
    input: '{"role":"user","content":"x"}',
    attributes: { 'gen_ai.request.model': 'm', 'user.id': 'u1', time: 'x' },
    resource: { a: 1 },
    scope: { name: 's' },
    events: [{ name: 'e' }],
    links: [],
  };

  it('come back as they went', () => {
    expect(eventFromLine(JSON.stringify(event), { now: NOW })).toEqual(event);
  });

  it('come back as deep as they may be', () => {
    const deep = { ...event, input: JSON.parse(`${'['.repeat(66)}${']'.repeat(66)}`) };
    expect(eventFromLine(JSON.stringify(deep))).toEqual(deep);
  });

  it('may not claim secrets or carry what is no event', () => {
    const forged = {
      ...event,
      attributes: { a: 1 },
      secrets: { 'free text': 9 },
      input_tokens: 'x',
      note: 'y',
    };
    const { input_tokens, ...rest } = event;
    expect(input_tokens).toBe(3);
    expect(line(forged)).toEqual({
      ...rest,
      attributes: { a: 1, input_tokens: 'x', 'tacet.secrets': { 'free text': 9 }, note: 'y' },
    });
    expect(line({ msg: 'x', secrets: { a: 1 } }).attributes).toEqual({ 'tacet.secrets': { a: 1 } });
  });
});

describe('lines that are no objects', () => {
  it.each([['text'], [5], [true], [null], [['a', { b: 1 }]]])('%j is the body', (body) => {
    expect(line(body)).toEqual({ ...BLANK, body });
  });
});

describe('times', () => {
  it.each([
    [{ time: 'later today', msg: 'x' }, T, { time: 'later today' }],
    [{ time: 12.5 }, T, { time: 12.5 }],
    [{ timestamp: '2025-01-06T00:00:01Z', ts: 5e9 }, '1736121601000000000', { ts: 5e9 }],
    [{ ts: 5e9, timestamp: '2025-01-06T00:00:01Z' }, '1736121601000000000', { ts: 5e9 }],
    [{ time: '1600-01-01T00:00:00Z' }, '-11676096000000000000', undefined],
    [{ time: '2600-01-01T00:00:00Z' }, '19880899200000000000', undefined],
  ])('%j', (value, time, attributes) => {
    const event = line(value);
    expect([event.time, event.attributes]).toEqual([time, attributes]);
  });

  it('beyond the year 9999 are refused', () => {
    expect(() => line({ time: 1e30 })).toThrow(expect.objectContaining({ code: 'TIME_INVALID' }));
  });
});

describe('text', () => {
  it('keeps what JSON.parse would lose', () => {
    const event = eventFromLine('{"id":12345678901234567890,"a":1,"a":{"b":1e400},"msg":"\\":","a":3}', {
      now: NOW,
    });
    expect(event).toEqual({
      ...BLANK,
      body: '":',
      attributes: { id: '12345678901234567890', a: 1, 'tacet.duplicates': { a: [{ b: '1e400' }, 3] } },
    });
  });

  it('keeps nanoseconds written as a number', () => {
    expect(eventFromLine('{"time":1736121600123456789}').time).toBe('1736121600123456789');
  });

  it.each(['plain text', '', '{"a":1', "{'a':1}", '{"a":1}{"b":2}', '\u0000'])('refuses %j', (text) => {
    expect(() => eventFromLine(text)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
  });

  it('refuses what is too deep, too large, too rich', () => {
    const limits = { ...DEFAULT_LIMITS, eventBytes: 100, fields: 5 };
    const refused = (text: string, code: string) =>
      expect(() => eventFromLine(text, { limits })).toThrow(expect.objectContaining({ code }));
    refused(`{"a":${'['.repeat(64)}${']'.repeat(64)}}`, 'EVENT_TOO_DEEP');
    expect(eventFromLine(`{"a":${'['.repeat(63)}${']'.repeat(63)}}`, { limits }).kind).toBe('log');
    refused('['.repeat(5_000_000), 'EVENT_TOO_DEEP');
    refused(`[${'{},'.repeat(1_000_000)}0]`, 'EVENT_TOO_MANY_FIELDS');
    refused(JSON.stringify({ a: 'x'.repeat(200) }), 'EVENT_TOO_LARGE');
    refused('{"a":1,"b":2,"c":{"d":1,"e":2,"f":3}}', 'EVENT_TOO_MANY_FIELDS');
  });

  it('never fails but with a code, and never loses a string', () => {
    const names = fc.constantFrom(
      'time',
      'level',
      'msg',
      'service',
      'attributes',
      'resource',
      'messages',
      'prompt',
      'response',
      'string.values',
      'string.names',
      'string',
      'name',
      'kind',
      'user',
      '_source',
      'events',
      '__proto__',
      'constructor',
      'usage',
      'trace_id',
      'gen_ai.prompt.0.content',
      'choices',
      'message',
      'text',
      'role',
      'content',
      'names',
      'values',
      'request',
      'key',
      'value',
      'stringValue',
      'service.name',
      'end_time',
      'Duration',
      'links',
      'status',
      'status_code',
      'context',
      'input',
      'output',
      'ai.response.toolCalls',
      'args',
      'toolCallId',
      'type',
      'scope',
      'log_attributes',
      'tacet.duplicates',
      'finish_reason',
      'id',
      'model',
      'secrets',
    );
    const leaf = fc.uuid().map((id) => `<${id}>`);
    const value = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        leaf,
        fc.constantFrom('span', 'tool-call', '2025-01-06T00:00:00Z'),
        fc.integer(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(names, tie('value'), { maxKeys: 3 }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(names, value, { maxKeys: 6 }), (members) => {
        const text = JSON.stringify(members);
        const event = JSON.stringify(eventFromLine(text, { now: NOW }));
        for (const [leafText] of text.matchAll(/<[0-9a-f-]+>/g)) expect(event).toContain(leafText);
      }),
      { numRuns: 500 },
    );
  });
});
