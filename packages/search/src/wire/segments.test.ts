import { codeOf } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeSegments,
  decodeSent,
  encodeEnd,
  encodeFailure,
  encodeSegment,
  encodeSent,
  encodeStart,
  type WireSegment,
} from './segments.ts';

const bytes = (max: number) => fc.uint8Array({ maxLength: max });
const segment: fc.Arbitrary<WireSegment> = fc.record({
  id: fc.uint8Array({ minLength: 16, maxLength: 16 }),
  header: bytes(40),
  salt: bytes(32),
  commitment: bytes(32),
  signature: bytes(64),
  ciphertext: bytes(200),
  filter: bytes(20),
  clear: bytes(20),
  share: bytes(32),
});

function join(parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const stream = (segments: WireSegment[]) =>
  join([encodeStart(), ...segments.map(encodeSegment), encodeEnd(segments.length)]);

async function* chunked(all: Uint8Array, sizes: number[]): AsyncGenerator<Uint8Array> {
  let at = 0;
  for (let i = 0; at < all.length; i++) {
    const size = sizes.length === 0 ? all.length : sizes[i % sizes.length]!;
    yield all.subarray(at, at + size);
    at += size;
  }
}

async function decode(all: Uint8Array, sizes: number[] = [], most = 100) {
  const segments: WireSegment[] = [];
  for await (const each of decodeSegments(chunked(all, sizes), most)) segments.push(each);
  return segments;
}

const problem = (all: Uint8Array, most?: number) =>
  decode(all, [], most).then(
    () => 'none',
    (error) => codeOf(error) ?? String(error),
  );

describe('the stream of released segments', () => {
  it('comes through in chunks of any size', async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(segment, { maxLength: 4 }), sizes, async (segments, sizes) => {
        expect((await decode(stream(segments), sizes)).map((each) => ({ ...each }))).toEqual(segments);
      }),
      { numRuns: 100 },
    );
  });

  const [one] = fc.sample(segment, { numRuns: 1, seed: 7 });
  const whole = stream([one!]);

  it('is refused when it ends anywhere before its end', async () => {
    for (let length = 0; length < whole.length; length++)
      expect(await problem(whole.subarray(0, length))).toBe('RESULT_INCOMPLETE');
    expect(await problem(whole)).toBe('none');
  });

  it('gives an error with a code, whatever was changed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const damaged = whole.slice();
        damaged[at]! ^= change;
        expect(['none', 'RESULT_INCOMPLETE']).toContain(await problem(damaged));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['segments missing', join([encodeStart(), encodeSegment(one!), encodeEnd(2)])],
    ['something after the end', join([whole, Uint8Array.of(0)])],
    ['a frame that claims too much', join([encodeStart(), Uint8Array.of(255, 255, 255, 255, 1)])],
    ['an empty frame', join([encodeStart(), Uint8Array.of(0, 0, 0, 0)])],
    ['another version', Uint8Array.from(whole, (byte, i) => (i === 8 ? 2 : byte))],
  ])('refuses %s', async (_, all) => {
    expect(await problem(all)).toBe('RESULT_INCOMPLETE');
  });

  it('refuses more segments than were asked for', async () => {
    expect(await problem(stream([one!, one!]), 1)).toBe('RESULT_INCOMPLETE');
  });

  it('passes the failure of the sender on', async () => {
    expect(await problem(join([encodeStart(), encodeFailure('STORE_UNAVAILABLE')]))).toBe(
      'STORE_UNAVAILABLE',
    );
    const unknown = encodeFailure('STORE_UNAVAILABLE');
    unknown[6]! ^= 1;
    expect(await problem(join([encodeStart(), unknown]))).toBe('RESULT_INCOMPLETE');
  });

  it('stops the sender when nobody reads on', async () => {
    let stopped = false;
    async function* source() {
      try {
        yield stream([one!, one!]);
      } finally {
        stopped = true;
      }
    }
    for await (const _ of decodeSegments(source(), 2)) break;
    expect(stopped).toBe(true);
  });
});

describe('the stream of segments that a writer sends', () => {
  const sent = fc
    .record({ segment, batches: bytes(64) })
    .map((one) => ({ ...one.segment, batches: one.batches }));

  it('comes through, and is none that a reader gets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: 1, maxLength: 4 }), async (segments) => {
        const all = join([encodeStart(), ...segments.map(encodeSent), encodeEnd(segments.length)]);
        const got = [];
        for await (const each of decodeSent(chunked(all, [13]), 4)) got.push({ ...each });
        expect(got).toEqual(segments);
        expect(await problem(all)).toBe('RESULT_INCOMPLETE');
      }),
    );
  });
});
