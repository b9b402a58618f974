import { existsSync, readFileSync } from 'node:fs';
import { codeOf } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damages, NAMES, requests } from '../../test/arbitraries.ts';
import { bytesField, encodeRequest, type Json } from '../../test/protobuf-writer.ts';
import { anyOf, attributesOf, decodeBoth, eventOf, NOW, read } from '../../test/requests.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { decodeOtlp, decodeOtlpBody } from './decode.ts';

const VECTORS = new URL('../../../../../shared/vectors/', import.meta.url);

describe.skipIf(!existsSync(new URL('otlp-logs.json', VECTORS)))(
  'the examples of opentelemetry-proto (in ../shared/vectors)',
  () => {
    const vector = (name: string) => readFileSync(new URL(name, VECTORS));

    it('logs', async () => {
      const batch = await decodeOtlp({
        signal: 'logs',
        contentType: 'application/json',
        body: vector('otlp-logs.json'),
      });
      expect(read(batch).events).toEqual([
        {
          time: '1544712660300000000',
          kind: 'log',
          service: 'my.service',
          operation: '',
          severity: 'info',
          status: '',
          provider: '',
          model: '',
          trace_id: '5b8efff798038103d269b633813fc60c',
          span_id: 'eee19b7ec3c1b174',
          body: 'Example log record',
          attributes: {
            'string.attribute': 'some string',
            'boolean.attribute': true,
            'int.attribute': 10,
            'double.attribute': 637.704,
            'array.attribute': ['many', 'values'],
            'map.attribute': { 'some.map.key': 'some value' },
            'otel.severity_number': 10,
          },
          scope: {
            name: 'my.library',
            version: '1.0.0',
            attributes: { 'my.scope.attribute': 'some scope attribute' },
          },
        },
      ]);
    });

    it('traces', async () => {
      const batch = await decodeOtlp({
        signal: 'traces',
        contentType: 'application/json',
        body: vector('otlp-trace.json'),
      });
      expect(read(batch).events[0]).toMatchObject({
        time: '1544712660000000000',
        kind: 'span',
        operation: "I'm a server span",
        duration_ns: 1_000_000_000,
        parent_span_id: 'eee19b7ec3c1b173',
        attributes: { 'my.span.attr': 'some value', 'span.kind': 'server' },
      });
    });

    it('give the same in protobuf', () => {
      for (const [signal, file] of [
        ['logs', 'otlp-logs.json'],
        ['traces', 'otlp-trace.json'],
      ] as const) {
        const { json, protobuf } = decodeBoth(signal, JSON.parse(vector(file).toString()));
        expect(protobuf).toEqual(json);
      }
    });
  },
);

describe('JSON and protobuf', () => {
  it('decode to equal events', () => {
    fc.assert(
      fc.property(requests, ([signal, request]) => {
        const { json, protobuf } = decodeBoth(signal, request);
        expect(JSON.stringify(protobuf)).toBe(JSON.stringify(json));
        for (const event of protobuf.events) expect(JSON.parse(JSON.stringify(event))).toEqual(event);
      }),
      { numRuns: 300 },
    );
  });

  it('keep every attribute value somewhere in the event', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...NAMES), { maxLength: 12 }), (names) => {
        const list = names.map((key, index) => ({ key, value: { stringValue: `value-${index}` } }));
        const event = JSON.stringify(eventOf('logs', { attributes: list }));
        for (let index = 0; index < names.length; index++) expect(event).toContain(`"value-${index}"`);
      }),
    );
  });

  it('survive damage: an error with a code or a batch, nothing else', () => {
    fc.assert(
      fc.property(requests, damages, fc.boolean(), ([signal, request], damage, binary) => {
        const body = damage(binary ? encodeRequest(signal, request) : Buffer.from(JSON.stringify(request)));
        try {
          decodeOtlpBody(signal, binary ? 'protobuf' : 'json', body, DEFAULT_LIMITS, NOW);
        } catch (error) {
          expect(codeOf(error), String(error)).toMatch(/^(PROTOBUF|JSON|OTLP)_INVALID$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('random bytes never do more than fail with a code', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        try {
          decodeOtlpBody('traces', 'protobuf', body, DEFAULT_LIMITS, NOW);
        } catch (error) {
          expect(codeOf(error)).toBe('PROTOBUF_INVALID');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('OTLP/JSON', () => {
  const decode = (text: string) =>
    read(decodeOtlpBody('logs', 'json', Buffer.from(text), DEFAULT_LIMITS, NOW));
  const record = (text: string) => decode(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${text}]}]}]}`);

  it('takes names of enums, snake_case, ids in any case or base64, and numbers for 64-bit integers', () => {
    const batch = decode(
      `{"resource_logs":[{"scope_logs":[{"log_records":[{"time_unix_nano":1544712660300000001,
        "severity_number":"SEVERITY_NUMBER_WARN2","trace_id":"5B8EFFF798038103D269B633813FC60C","span_id":"7uGbfsPBsXQ=",
        "unknown":{"x":1},"attributes":[{"key":"big","value":{"int_value":9007199254740993}},
        {"key":"nan","value":{"doubleValue":"NaN"}},{"key":"bytes","value":{"bytesValue":"3q2-7w"}}]}]}]}]}`,
    );
    expect(batch.events[0]).toMatchObject({
      time: '1544712660300000001',
      severity: 'warn',
      trace_id: '5b8efff798038103d269b633813fc60c',
      span_id: 'eee19b7ec3c1b174',
      attributes: {
        big: '9007199254740993',
        nan: 'NaN',
        bytes: 'data:application/octet-stream;base64,3q2+7w==',
      },
    });
  });

  it('takes null for unset and a body without groups', () => {
    expect(decode('{}').events).toEqual([]);
    expect(record('{"body":null,"attributes":null,"traceId":null,"timeUnixNano":null}').events).toHaveLength(
      1,
    );
  });

  it('refuses alone a record that is no record', () => {
    const batch = record(
      '{"body":{"stringValue":1}},{"traceId":"xyz"},{"timeUnixNano":"soon"},5,{"body":{"stringValue":"kept"}}',
    );
    expect(batch.events.map((event) => event.body)).toEqual(['kept']);
    expect(batch.rejected).toBe(4);
    expect(batch.reasons).toEqual([
      { code: 'OTLP_INVALID', count: 3 },
      { code: 'TIME_INVALID', count: 1 },
    ]);
  });

  it.each(['', 'nope', '[', '{"resourceLogs":', '"x'])('refuses %j as JSON_INVALID', (text) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'JSON_INVALID' }));
  });

  it.each(['[]', '5', '{"resourceLogs":5}', '{"resourceLogs":[5]}', '{"resourceLogs":[{"scopeLogs":[7]}]}'])(
    'refuses %j as OTLP_INVALID',
    (text) => {
      expect(() => decode(text)).toThrow(expect.objectContaining({ code: 'OTLP_INVALID' }));
    },
  );
});

describe('values that JavaScript makes hard', () => {
  const attributeOf = (value: Json) =>
    eventOf('logs', { attributes: [{ key: 'x', value }] as Json }).attributes!.x;

  it('keeps NUL, emoji and replaces what is not UTF-8', () => {
    const bytes = [0x0a, 0x06, 0x61, 0x00, 0xff, 0xc3, 0x28, 0x62];
    const body = Uint8Array.from(wrap([0x2a, bytes.length, ...bytes]));
    const [event] = read(decodeOtlpBody('logs', 'protobuf', body, DEFAULT_LIMITS, NOW)).events;
    expect(event!.body).toBe('a\0\ufffd\ufffd(b');
    expect(event!.body).toBe(new TextDecoder().decode(Uint8Array.from(bytes.slice(2))));
    expect(attributeOf({ stringValue: '\0🎼\u2028' })).toBe('\0🎼\u2028');
  });

  it('keeps a byte order mark and a lone surrogate escaped in JSON', () => {
    expect(attributeOf({ stringValue: '\ufeffx' })).toBe('\ufeffx');
    const text = '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"stringValue":"\\ud83c"}}]}]}]}';
    expect(read(decodeOtlpBody('logs', 'json', Buffer.from(text))).events[0]!.body).toBe('\ud83c');
  });

  it('keeps __proto__ and constructor as own names and pollutes nothing', () => {
    const event = eventOf('logs', {
      body: { kvlistValue: { values: attributesOf({ constructor: 1 }) } },
      attributes: [
        { key: '__proto__', value: anyOf({ polluted: true }) },
        { key: 'constructor', value: anyOf('x') },
        { key: 'hasOwnProperty', value: anyOf('y') },
      ],
    } as Json);
    expect(JSON.stringify(event.attributes)).toBe(
      '{"__proto__":{"polluted":true},"constructor":"x","hasOwnProperty":"y"}',
    );
    expect(JSON.stringify(event.body)).toBe('{"constructor":1}');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it('collects the later values of a repeated name', () => {
    const attributes = [1, 2, 3].map((value) => ({ key: 'x', value: anyOf(value) }));
    const users = ['a', 'b'].map((value) => ({ key: 'user.id', value: anyOf(value) }));
    const event = eventOf('logs', { attributes: [...attributes, ...users] } as Json);
    expect(event.user_id).toBe('a');
    expect(event.attributes).toEqual({ x: 1, 'tacet.duplicates': { x: [2, 3], 'user.id': ['b'] } });
  });
});

/** A LogRecord's bytes inside a request. */
function wrap(record: number[]): number[] {
  return bytesField(1, bytesField(2, bytesField(2, record)));
}
