import { codeOf } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { damages, requests } from '../../test/arbitraries.ts';
import { bytesField, encodeRequest, type Json, varintField } from '../../test/protobuf-writer.ts';
import { attributesOf, NOW, requestOf } from '../../test/requests.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { Batch, type Signal } from './batch.ts';
import { decodeProtobuf } from './protobuf.ts';
import { RecordRows } from './rows.ts';

/** Raised when the kernel or the reader changes. */
const RUNS = Number(process.env.TACET_RUNS ?? 400);

/** Counts the records that were not left to the reader. */
class CountedRows extends RecordRows {
  taken = 0;
  override row(bytes: Buffer, start: number, end: number): Buffer | undefined {
    const row = super.row(bytes, start, end);
    if (row) this.taken++;
    return row;
  }
}
const quick = new CountedRows();

function outcome(signal: Signal, body: Uint8Array, limits: Limits, rows?: RecordRows): string {
  const batch = new Batch(limits, NOW);
  try {
    decodeProtobuf(body, signal, batch, rows);
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
  const { rows: given, ...rest } = batch.finish();
  return `${Buffer.from(given.bytes).toString('latin1')}${JSON.stringify([given.ends, rest])}`;
}

/** Holds the rows against the reader's, byte for byte; gives how many records were not left to it. */
function compare(signal: Signal, body: Uint8Array, limits = DEFAULT_LIMITS): number {
  quick.taken = 0;
  const got = outcome(signal, body, limits, quick);
  expect(got).toBe(outcome(signal, body, limits));
  return quick.taken;
}

const encoded = (signal: Signal, ...records: Json[]) => encodeRequest(signal, requestOf(signal, records));
const nested = (levels: number): { [kind: string]: Json } =>
  levels === 0 ? { stringValue: 'x' } : { arrayValue: { values: [nested(levels - 1)] } };
const many = (count: number, prefix = 'k') =>
  attributesOf(Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, index])));

const LOG = {
  timeUnixNano: '1736121600000000001',
  observedTimeUnixNano: '1736121600000000002',
  severityNumber: 10,
  severityText: 'INFO',
  body: { stringValue: 'hello "there"\n' },
  attributes: attributesOf({ a: 'x', 'user.id': 'u1', n: 7, f: 0.5, l: [true, null, { k: 'v' }] }),
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  flags: 1,
};
const SPAN = {
  traceId: '5b8efff798038103d269b633813fc60c',
  spanId: 'eee19b7ec3c1b174',
  name: 'chat',
  kind: 3,
  startTimeUnixNano: '5',
  endTimeUnixNano: '9',
  attributes: attributesOf({
    'gen_ai.request.model': 'm',
    'gen_ai.response.model': 'm-1',
    'gen_ai.usage.input_tokens': 7,
    'gen_ai.response.finish_reasons': ['stop'],
    'gen_ai.input.messages': '[{"role": "user", "parts": [{"type": "text", "content": "hi"}]}]',
  }),
  events: [{ timeUnixNano: '6', name: 'x', attributes: attributesOf({ a: 1 }) }],
  links: [{ traceId: '01', spanId: '02', attributes: attributesOf({ b: 2 }) }],
  status: { code: 2, message: 'no' },
};

describe('rows without objects', () => {
  it('are the reader’s for random requests, and some are not left to it', () => {
    let taken = 0;
    fc.assert(
      fc.property(requests, ([signal, request]) => {
        taken += compare(signal, encodeRequest(signal, request));
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 10);
  });

  it('are the reader’s for damaged ones', () => {
    fc.assert(
      fc.property(requests, damages, ([signal, request], damage) => {
        compare(signal, damage(encodeRequest(signal, request)));
      }),
      { numRuns: RUNS },
    );
  });

  it('are made of ordinary records', () => {
    expect(compare('logs', encoded('logs', LOG, {}, LOG))).toBe(3);
    expect(compare('traces', encoded('traces', SPAN, {}, SPAN))).toBe(3);
  });

  it('are the reader’s for a request that is cut anywhere, or has any byte changed', () => {
    for (const [signal, record] of [
      ['logs', LOG],
      ['traces', SPAN],
    ] as const) {
      const body = encoded(signal, record);
      for (let at = 0; at < body.length; at++) {
        compare(signal, body.subarray(0, at));
        for (const byte of [0, 0x7f, 0xff, body[at]! + 1]) {
          const changed = body.slice();
          changed[at] = byte;
          compare(signal, changed);
        }
      }
    }
  });

  it('are the reader’s for as many attributes as there may be, and one more', () => {
    for (const count of [191, 192, 193, 10_000, 19_999, 20_000])
      compare('logs', encoded('logs', LOG, { attributes: many(count) } as Json, LOG));
    const json = { key: 'gen_ai.tool.definitions', value: { stringValue: '{"a":{"b":1},"c":[{"d":2}]}' } };
    for (const count of [170, 180, 191])
      expect(compare('logs', encoded('logs', { attributes: [...many(count), json] } as Json))).toBe(1);
  });

  it('are the reader’s for names without end, long ones and such as only JavaScript knows', () => {
    for (let round = 0; round < 40; round++)
      compare('logs', encoded('logs', { attributes: many(100, `name${round}.`) } as Json, LOG));
    for (const length of [127, 128, 129, 5_000])
      compare('logs', encoded('logs', { attributes: attributesOf({ ['n'.repeat(length)]: 1 }) } as Json));
    const twice = ['__proto__', 'constructor', '12', 'tacet.duplicates', 'a'].flatMap((key) => [
      { key, value: { stringValue: 'one' } },
      { key, value: { stringValue: 'two' } },
    ]);
    for (const attributes of [twice, twice.filter((_, index) => index % 2 === 0), twice.slice(0, 1)])
      compare('traces', encoded('traces', { attributes } as Json, SPAN));
  });

  it('are the reader’s at every depth, and under small limits', () => {
    for (let levels = 0; levels <= 66; levels++)
      compare(
        'logs',
        encoded('logs', { body: nested(levels), attributes: [{ key: 'a', value: nested(levels) }] } as Json),
      );
    const body = encoded('logs', LOG, { body: { stringValue: 'x'.repeat(3_000) } }, LOG);
    for (const limits of [
      { eventBytes: 200 },
      { eventBytes: 20_000 },
      { fields: 3 },
      { depth: 1 },
      { events: 2 },
      { expandedBytes: 500 },
    ])
      compare('logs', body, { ...DEFAULT_LIMITS, ...limits });
    compare('logs', encoded('logs', { body: { stringValue: '\u0001'.repeat(600_000) } }, LOG));
  });

  it('are the reader’s for what is no UTF-8, and numbers at the edges', () => {
    const bodies = [
      ...[
        [0xff],
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
        [0xe4, 0xb8],
        [0x61, 0xf0, 0x9f],
      ].map((bytes) => bytesField(1, bytes)),
      ...[0n, -1n, 2n ** 53n, 2n ** 53n - 1n, -(2n ** 63n), 2n ** 63n - 1n].map((int) => varintField(3, int)),
      ...[Number.NaN, Infinity, -0, 5e-324, 1e21, 2 ** 53, -(2 ** 53) - 2, 0.1].map((number) => {
        const bytes = Buffer.alloc(9, 0x21);
        bytes.writeDoubleLE(number, 1);
        return [...bytes];
      }),
    ];
    const wrap = (record: number[]) => bytesField(1, bytesField(2, bytesField(2, record)));
    for (const any of bodies) compare('logs', Uint8Array.from(wrap(bytesField(5, any))));
    // Of the times that protobuf can hold, the first and the last; 1600 comes as a number of the year 2185.
    for (const time of ['1', '18446744073709551615', String(2n ** 64n - 11_676_096_000_000_000_000n)])
      compare('logs', encoded('logs', { timeUnixNano: time }, { observedTimeUnixNano: time }));
    for (const [startTimeUnixNano, endTimeUnixNano] of [
      ['1', '9007199254740992'],
      ['1', '9007199254740993'],
      ['9', '5'],
    ])
      compare('traces', encoded('traces', { startTimeUnixNano, endTimeUnixNano } as Json, SPAN));
  });
});
