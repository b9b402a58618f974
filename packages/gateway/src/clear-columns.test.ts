import { ClearGuard } from '@tacet/detect';
import {
  type ClearRow,
  clearColumns,
  clearFacts,
  clearText,
  type Event,
  encodeRow,
  textColumn,
  WITHHELD_TEXT,
} from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClearBuilder } from './clear-columns.ts';
import { instantiateKernel } from './kernel.ts';
import { rowOf } from './row.ts';

const WITHHELD = [
  'li.lei@qq.com',
  'refund for +49 30 901820',
  `${'x'.repeat(90)} li.lei@qq.com`,
  `ask [secret:openai-api-key:${'0'.repeat(32)}]`,
  `${'€'.repeat(300)} 4111 1111 1111 1111`,
];
const guard = new ClearGuard();
const shown = (value: string) => (guard.allows(value) ? clearText(value) : WITHHELD_TEXT);
const text = fc.oneof(
  fc.constantFrom(
    '',
    'chat',
    'svc-1',
    '退款',
    '"quoted"',
    'x'.repeat(2000),
    'back\\slash',
    '\ud800',
    ...WITHHELD,
  ),
  fc.string({ unit: 'binary', maxLength: 120 }),
);
const count = fc.oneof(fc.nat(), fc.constantFrom(0, 1.5, 2 ** 53 - 1, 1e15, 999_999_999_999_999));
const event = fc.record(
  {
    time: fc.oneof(
      fc.bigInt({ min: 0n, max: 253_402_300_799_000_000_000n }).map(String),
      fc.constantFrom('0', '5', '-1', '999999999', '1000000000', '-62167219200000000000'),
    ),
    kind: fc.constantFrom('log', 'span'),
    service: text,
    operation: text,
    severity: fc.constantFrom('', 'info'),
    status: fc.constantFrom('', 'ok'),
    provider: text,
    model: text,
    duration_ns: count,
    input_tokens: count,
    output_tokens: count,
    body: fc.constantFrom('x', '"duration_ns":5', { duration_ns: 7 }),
    secrets: fc.constant({ 'aws-key': 1 }),
  },
  { requiredKeys: ['time', 'kind', 'service', 'operation', 'severity', 'status', 'provider', 'model'] },
) as unknown as fc.Arbitrary<Event>;

describe('clear columns', () => {
  const kernel = instantiateKernel();
  const memory = Buffer.from(kernel.memory.buffer);
  const start: number = kernel.atRows.value;

  it('read from the head of a row are those of its event', () => {
    const builder = new ClearBuilder(kernel, memory, () => 0.5);
    fc.assert(
      fc.property(fc.array(event, { minLength: 1, maxLength: 4 }), (events) => {
        const rows: ClearRow[] = [];
        builder.begin();
        for (const one of events) {
          // As it comes back from its text: lone surrogates and negative zeros are what JSON makes of them.
          const plain = JSON.parse(encodeRow(one)) as Event;
          const row = rowOf(plain);
          memory.set(row.bytes, start);
          if (!plain.secrets) delete row.event;
          builder.add(row, start);
          rows.push(clearFacts(plain, () => 0.5, shown));
        }
        const order = Uint32Array.from(events.keys()).reverse();
        expect(builder.ordered(order)).toEqual(clearColumns(rows.toReversed()));
      }),
      { numRuns: 500 },
    );
  });

  it('withhold what holds a secret or personal data', () => {
    const builder = new ClearBuilder(kernel, memory, () => 0.5);
    builder.begin();
    for (const service of [...WITHHELD, 'chat']) {
      const columns = {
        kind: 'log',
        operation: service,
        severity: '',
        status: '',
        provider: '',
        model: '',
      } as const;
      const row = rowOf({ time: '1736121600000000000', service, ...columns });
      memory.set(row.bytes, start);
      delete row.event;
      builder.add(row, start);
    }
    const order = Uint32Array.from({ length: WITHHELD.length + 1 }, (_, index) => index);
    const expected = textColumn([...WITHHELD.map(() => '(withheld)'), 'chat']);
    expect(builder.ordered(order)).toMatchObject({ service: expected, operation: expected });
  });

  it('go on when there are more texts than the kernel holds', () => {
    const builder = new ClearBuilder(kernel, memory, () => 0.5);
    const base = {
      time: '1736121600000000000',
      kind: 'log',
      severity: '',
      status: '',
      provider: '',
      model: '',
    } as const;
    builder.begin();
    for (let index = 0; index < 3_000; index++) {
      const row = rowOf({ ...base, service: `s${index}`, operation: 'o' } as Event);
      delete row.event;
      memory.set(row.bytes, start);
      builder.add(row, start);
    }
    const { service } = builder.ordered(Uint32Array.from({ length: 3_000 }, (_, index) => index));
    expect(service).toEqual(textColumn(Array.from({ length: 3_000 }, (_, index) => `s${index}`)));
  });
});
