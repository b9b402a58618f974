import { zstdCompressSync } from 'node:zlib';
import { type ClearColumns, clearColumns, codeOf } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, u32 } from '../encoding/bytes.ts';
import { decodeClear, encodeClear } from './clear.ts';
import { ForkWatch } from './fork.ts';
import { encodeHeader, parseHeader, type SegmentHeader } from './header.ts';
import { isPaddedLength, MAX_ROWS_BYTES, packRows, padme, unpackRows } from './padding.ts';

function codeFrom(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const integer = fc.oneof(fc.maxSafeInteger(), fc.constant(-1), fc.constant(1.8e19)).map((value) => value + 0);

const columns: fc.Arbitrary<ClearColumns> = fc
  .array(
    fc.record({
      time: integer,
      kind: text,
      service: text,
      operation: text,
      model: text,
      provider: text,
      status: text,
      severity: text,
      duration_ns: integer,
      input_tokens: integer,
      output_tokens: integer,
      secrets: fc.array(text, { maxLength: 3 }),
    }),
  )
  .map(clearColumns);

describe('clear columns', () => {
  it('come back as they were, and from no other bytes', () => {
    fc.assert(
      fc.property(columns, (value) => {
        const bytes = encodeClear(value);
        expect(decodeClear(bytes)).toEqual(value);
        expect(codeFrom(() => decodeClear(concat(bytes, Uint8Array.of(0))))).toBe('SEGMENT_MALFORMED');
        expect(codeFrom(() => decodeClear(bytes.subarray(0, bytes.length - 1)))).toBe('SEGMENT_MALFORMED');
      }),
    );
  });

  it('decode only from the one canonical form', () => {
    fc.assert(
      fc.property(columns, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const bytes = encodeClear(value);
        bytes[at % bytes.length]! ^= flip;
        let changed: ClearColumns;
        try {
          changed = decodeClear(bytes);
        } catch (error) {
          expect(codeOf(error)).toBe('SEGMENT_MALFORMED');
          return;
        }
        expect(encodeClear(changed)).toEqual(bytes);
      }),
      { numRuns: 300 },
    );
  });

  it('are refused when ragged, out of order, fractional or not Unicode', () => {
    const column = (texts: string[], ...places: number[]) => ({ texts, places: Uint32Array.from(places) });
    const row = (): ClearColumns => ({
      time: Float64Array.of(1, 1),
      kind: column(['log'], 0, 0),
      service: column(['x', 'y'], 0, 1),
      operation: column([''], 0, 0),
      model: column([''], 0, 0),
      provider: column([''], 0, 0),
      status: column([''], 0, 0),
      severity: column([''], 0, 0),
      duration_ns: Float64Array.of(1, 1),
      input_tokens: Float64Array.of(1, 1),
      output_tokens: Float64Array.of(1, 1),
      secrets: { ...column(['a×1', 'b×2'], 0, 1, 0), ends: Uint32Array.of(2, 3) },
    });
    const { secrets } = row();
    expect(codeFrom(() => encodeClear(row()))).toBeUndefined();
    for (const spoiled of [
      { service: column(['x', 'y'], 0, 1, 1) },
      { service: column(['x', 'y'], 0) },
      { service: column(['x', 'y'], 1, 0) },
      { service: column(['x', 'y'], 0, 0) },
      { service: column(['x'], 0, 1) },
      { service: column(['x', 'x'], 0, 1) },
      { service: column(['x', '\ud800'], 0, 1) },
      { service: column(['x', 'y'.repeat(1025)], 0, 1) },
      { input_tokens: Float64Array.of(1) },
      { time: Float64Array.of(1, 1.5) },
      { time: Float64Array.of(1, -0) },
      { time: Float64Array.of(1, Number.NaN) },
      { secrets: { ...secrets, ends: Uint32Array.of(2) } },
      { secrets: { ...secrets, ends: Uint32Array.of(2, 2) } },
      { secrets: { ...secrets, ends: Uint32Array.of(3, 2) } },
      { secrets: { ...secrets, ends: Uint32Array.of(2, 4) } },
      { secrets: { ...secrets, texts: ['a×1'] } },
    ])
      expect(codeFrom(() => encodeClear({ ...row(), ...spoiled }))).toBe('SEGMENT_MALFORMED');
  });
});

describe('padding', () => {
  it('is Padmé: never shorter, at most 12 % longer, stable', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 2 ** 30 }), (length) => {
        const padded = padme(length);
        expect(padded).toBeGreaterThanOrEqual(length);
        expect(padded).toBeLessThanOrEqual(length * 1.12 + 1);
        expect(padme(padded)).toBe(padded);
      }),
    );
    expect([2048, 2049, 5000, 1_000_003].map(padme)).toEqual([2048, 2176, 5120, 1_015_808]);
    expect([0, 2047, 2048, 2049, 2176].map(isPaddedLength)).toEqual([false, false, true, false, true]);
  });

  it('packs and unpacks any rows', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 5000 }),
        fc.constantFrom('none' as const, 'zstd' as const),
        (rows, codec) => {
          const padded = packRows(rows, codec);
          expect(isPaddedLength(padded.length)).toBe(true);
          expect(unpackRows(padded, codec)).toEqual(rows);
        },
      ),
      { numRuns: 40 },
    );
  });

  /** A padded plain text with whatever lengths and body. */
  const pad = (length: number, bodyLength: number, body: Uint8Array, total = 2048) => {
    const out = new Uint8Array(total);
    out.set(concat(u32(length), u32(bodyLength), body).subarray(0, total));
    return out;
  };
  const rows = new Uint8Array(100).fill(65);
  const frame = new Uint8Array(zstdCompressSync(rows));

  it('must be the one the format makes', () => {
    const dirty = packRows(rows, 'none');
    dirty[2047] = 1;
    expect(codeFrom(() => unpackRows(dirty, 'none'))).toBe('SEGMENT_PADDING');
    expect(codeFrom(() => unpackRows(pad(100, 100, rows, 2176), 'none'))).toBe('SEGMENT_PADDING');
    expect(codeFrom(() => unpackRows(pad(100, 3000, rows), 'none'))).toBe('SEGMENT_PADDING');
    expect(codeFrom(() => unpackRows(pad(100, 0xffffffff, rows), 'none'))).toBe('SEGMENT_PADDING');
    expect(codeFrom(() => unpackRows(pad(99, 100, rows), 'none'))).toBe('SEGMENT_DECOMPRESSION');
  });

  it('lets no frame give more or less than declared, or ask for much memory', () => {
    const tooMuch = MAX_ROWS_BYTES + 1;
    const bomb = new Uint8Array(zstdCompressSync(new Uint8Array(tooMuch)));
    const windowed = (descriptor: number, window: number) =>
      concat(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, descriptor, window), u32(100), new Uint8Array(8));
    const cases: [length: number, body: Uint8Array][] = [
      [99, frame],
      [101, frame],
      [tooMuch, bomb],
      [100, bomb],
      [100, new Uint8Array(0)],
      [100, Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd)],
      [100, frame.subarray(0, frame.length - 1)],
      [100, concat(frame, frame)],
      [100, windowed(0x80, 0xff)],
      [100, windowed(0x81, 0)],
      [100, windowed(0x88, 0)],
      [100, windowed(0x00, 0)],
    ];
    for (const [length, body] of cases) {
      expect(
        codeFrom(() =>
          unpackRows(pad(length, body.length, body, padme(Math.max(2048, body.length + 8))), 'zstd'),
        ),
      ).toBe('SEGMENT_DECOMPRESSION');
    }
    expect(unpackRows(pad(100, frame.length, frame), 'zstd')).toEqual(rows);
  });
});

const header: SegmentHeader = {
  workspace: 'acme',
  epoch: 1,
  session: new Uint8Array(16).fill(1),
  period: 2,
  number: 3,
  previous: new Uint8Array(16),
  supersedes: [new Uint8Array(16).fill(4), new Uint8Array(16).fill(5)],
  record: new Uint8Array(32).fill(6),
  codec: 'zstd',
  count: 7,
  sealed: 1_767_225_600,
  timeMin: -5,
  timeMax: 9,
  clear: new Uint8Array(32).fill(8),
};

describe('a header', () => {
  it('comes back as it was', () => {
    expect(parseHeader(encodeHeader(header))).toEqual(header);
    const long = {
      ...header,
      supersedes: Array.from({ length: 300 }, (_, i) => u32(i)).map((n) => concat(new Uint8Array(12), n)),
    };
    expect(parseHeader(encodeHeader(long))).toEqual(long);
  });

  it('has one form only', () => {
    const bad: Partial<SegmentHeader>[] = [
      { supersedes: [...header.supersedes].reverse() },
      { supersedes: [header.supersedes[0]!, header.supersedes[0]!] },
      { period: 65_536 },
      { number: 4096 },
      { count: 0 },
      { count: 131_073 },
      { timeMin: 10 },
    ];
    for (const change of bad) {
      expect(codeFrom(() => parseHeader(encodeHeader({ ...header, ...change })))).toBe('SEGMENT_MALFORMED');
    }
    const bytes = encodeHeader(header);
    for (const [at, code] of [
      [0, 'SEGMENT_MALFORMED'],
      [5, 'SEGMENT_MALFORMED'],
      [6, 'RECORD_VERSION_UNKNOWN'],
      [7, 'SEGMENT_MALFORMED'],
    ] as const) {
      const changed = bytes.slice();
      changed[at]! ^= 0x40;
      expect(codeFrom(() => parseHeader(changed))).toBe(code);
    }
  });

  it('is read from any bytes without harm', () => {
    const bytes = encodeHeader(header);
    for (let end = 0; end < bytes.length; end++) {
      expect(codeFrom(() => parseHeader(bytes.subarray(0, end)))).toBe('SEGMENT_MALFORMED');
    }
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        (junk) => codeFrom(() => parseHeader(concat(bytes.subarray(0, 7), junk))) !== undefined,
      ),
    );
  });
});

describe('a fork', () => {
  it('is two segments in one place', () => {
    const watch = new ForkWatch();
    const place = { session: header.session, period: 0, number: 0, id: new Uint8Array(16) };
    expect(watch.see(place)).toBeUndefined();
    expect(watch.see(place)).toBeUndefined();
    expect(watch.see({ ...place, number: 1, id: u32(1) })).toBeUndefined();
    expect(codeOf(watch.see({ ...place, id: u32(9) }))).toBe('SESSION_FORKED');
  });
});
