import type { Event } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { anyValue, bytesField, type Json } from '../../test/protobuf-writer.ts';
import { attributesOf, decodeBoth, eventOf, NOW, read, requestOf } from '../../test/requests.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { decodeOtlpBody } from './decode.ts';

describe('limits', () => {
  const nested = (levels: number): { [kind: string]: Json } =>
    levels === 0 ? { stringValue: 'x' } : { arrayValue: { values: [nested(levels - 1)] } };

  function refusal(record: Json, limits = DEFAULT_LIMITS) {
    const good = { body: { stringValue: 'good' } };
    const both = decodeBoth('logs', requestOf('logs', [good, record, good]), limits);
    expect(both.protobuf).toEqual(both.json);
    const { events, rejected, reasons } = both.protobuf;
    expect(events.map((event) => event.body)).toEqual(['good', 'good']);
    expect(rejected).toBe(1);
    return reasons[0]!.code;
  }

  it('takes 64 levels and refuses the record with 65', () => {
    expect(decodeBoth('logs', requestOf('logs', [{ body: nested(64) }])).protobuf.rejected).toBe(0);
    expect(refusal({ body: nested(65) })).toBe('EVENT_TOO_DEEP');
    expect(refusal({ attributes: [{ key: 'a', value: nested(65) }] } as Json)).toBe('EVENT_TOO_DEEP');
  });

  it('does not recurse into thousands of levels', () => {
    expect(refusal({ body: nested(600) })).toBe('EVENT_TOO_DEEP');
    let bytes = anyValue({ stringValue: 'x' });
    for (let level = 0; level < 3_000; level++) bytes = bytesField(5, bytesField(1, bytes));
    const batch = decodeOtlpBody(
      'logs',
      'protobuf',
      Uint8Array.from(wrap(bytesField(5, bytes))),
      DEFAULT_LIMITS,
      NOW,
    );
    expect(batch.reasons).toEqual([{ code: 'EVENT_TOO_DEEP', count: 1 }]);
    const open = '{"arrayValue":{"values":['.repeat(3_000);
    const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${open}${']}}'.repeat(3_000)}},{"body":{"stringValue":"good"}}]}]}]}`;
    const json = read(decodeOtlpBody('logs', 'json', Buffer.from(text), DEFAULT_LIMITS, NOW));
    expect(json.events).toHaveLength(1);
    expect(json.reasons).toEqual([{ code: 'EVENT_TOO_DEEP', count: 1 }]);
  });

  it('refuses a body of brackets before it takes memory', () => {
    expect(() => decodeOtlpBody('logs', 'json', Buffer.from('['.repeat(2_000_000)))).toThrow(
      expect.objectContaining({ code: 'OTLP_INVALID' }),
    );
    expect(() => decodeOtlpBody('logs', 'json', Buffer.from(`[${'{},'.repeat(1_000_000)}0]`))).toThrow(
      expect.objectContaining({ code: 'OTLP_INVALID' }),
    );
  });

  it('refuses a record of too many fields or bytes, its resource counted', () => {
    const many = attributesOf(Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`k${index}`, 1])));
    expect(refusal({ attributes: many } as Json, { ...DEFAULT_LIMITS, fields: 11 })).toBe(
      'EVENT_TOO_MANY_FIELDS',
    );
    expect(
      refusal({ body: { stringValue: 'x'.repeat(2000) } }, { ...DEFAULT_LIMITS, eventBytes: 1000 }),
    ).toBe('EVENT_TOO_LARGE');
  });

  it('refuses the records of a resource that is itself too much, not those of others', () => {
    const bad = requestOf('logs', [{}, {}], { deep: JSON.parse(`${'['.repeat(65)}${']'.repeat(65)}`) });
    const good = requestOf('logs', [{ body: { stringValue: 'good' } }]);
    const request = { resourceLogs: [...(bad.resourceLogs as Json[]), ...(good.resourceLogs as Json[])] };
    const both = decodeBoth('logs', request);
    expect(both.protobuf).toEqual(both.json);
    expect(both.json.events).toHaveLength(1);
    expect(both.json.reasons).toEqual([{ code: 'EVENT_TOO_DEEP', count: 2 }]);
  });

  it('caps the number of events and what a shared resource multiplies to', () => {
    const request = requestOf(
      'logs',
      Array.from({ length: 20 }, () => ({})),
      { note: 'x'.repeat(1000) },
    );
    for (const limits of [
      { ...DEFAULT_LIMITS, events: 19 },
      { ...DEFAULT_LIMITS, expandedBytes: 10_000 },
    ]) {
      expect(() => decodeBoth('logs', request, limits)).toThrow(
        expect.objectContaining({ code: 'BODY_TOO_LARGE_DECOMPRESSED' }),
      );
    }
  });

  it('says why without content', () => {
    const batch = decodeBoth('logs', requestOf('logs', [{ body: nested(65) }, { body: nested(70) }])).json;
    expect(batch.message).toBe('EVENT_TOO_DEEP (2): An event is nested deeper than 64 levels');
  });
});

describe('times', () => {
  const timesOf = (record: Json) => {
    const { json } = decodeBoth('logs', requestOf('logs', [record]));
    return json.events[0]?.time ?? json.reasons[0]?.code;
  };

  it.each([
    ['0', '1736121600000000000'],
    ['1', '1'],
    ['18446744073709551615', '18446744073709551615'],
    ['1736121600123456789', '1736121600123456789'],
  ])('%s', (timeUnixNano, expected) => {
    expect(timesOf({ timeUnixNano })).toBe(expected);
    expect(eventOf('logs', { timeUnixNano }).time).toBe(expected);
  });

  it('takes 1600 and 2600 in JSON, and refuses the year 10000 alone', () => {
    const decode = (nano: string) => {
      const body = JSON.stringify(requestOf('logs', [{ timeUnixNano: nano }, {}]));
      return read(decodeOtlpBody('logs', 'json', Buffer.from(body), DEFAULT_LIMITS, NOW));
    };
    expect(decode('-11676096000000000000').events[0]!.time).toBe('-11676096000000000000');
    expect(decode('19880899200000000000').events[0]!.time).toBe('19880899200000000000');
    const late = decode('253402300800000000000');
    expect([late.events.length, late.reasons]).toEqual([1, [{ code: 'TIME_INVALID', count: 1 }]]);
  });

  it('falls back to the time of observation, and keeps it where it differs', () => {
    expect(eventOf('logs', { observedTimeUnixNano: '7' })).toMatchObject({ time: '7' });
    const event = eventOf('logs', { timeUnixNano: '5', observedTimeUnixNano: '7' });
    expect(event).toMatchObject({ time: '5', attributes: { 'otel.observed_time': '7' } });
  });

  it('gives spans an exact duration, and keeps an end before the start', () => {
    const of = (start: string, end: string) =>
      eventOf('traces', { startTimeUnixNano: start, endTimeUnixNano: end });
    expect(of('1736121600000000001', '1736121600000000008').duration_ns).toBe(7);
    const backwards: Event = of('9', '5');
    expect(backwards.duration_ns).toBeUndefined();
    expect(backwards.attributes).toEqual({ 'otel.end_time': '5' });
  });
});

/** A LogRecord's bytes inside a request. */
function wrap(record: number[]): number[] {
  return bytesField(1, bytesField(2, bytesField(2, record)));
}
