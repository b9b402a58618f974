import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeClear,
  encodeClear,
  filterMatches,
  parseHeader,
  trapdoor,
  verifyLiveness,
} from '../src/index.ts';
import { type Bench, inputOf, makeBench, makeEvent, NOW } from './workspace.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});

describe('a segment', () => {
  it('opens to the rows that were sealed', async () => {
    const events = Array.from({ length: 50 }, (_, i) => makeEvent(i));
    const { period, indexKey } = bench.writer.advance(NOW + 1000);
    const sealed = await bench.writer.seal(inputOf(events, indexKey));
    const opened = await bench.reader.open(sealed);

    expect(opened.events).toEqual(events);
    expect(opened.id).toEqual(sealed.id);
    expect(opened.header).toEqual(parseHeader(sealed.header));
    expect(bench.reader.indexKey(period)).toEqual(indexKey);
    expect(decodeClear(encodeClear(sealed.clear))).toEqual(sealed.clear);
  });

  it('is a candidate for its own tokens and for hardly any other', async () => {
    const events = [makeEvent(1), makeEvent(2)];
    const { indexKey } = bench.writer.advance(NOW + 2000);
    const sealed = await bench.writer.seal(inputOf(events, indexKey));
    const matches = (field: string, token: string) =>
      filterMatches(sealed.filter, sealed.id, trapdoor(indexKey, field, token));

    expect(matches('', 'parcel')).toBe(true);
    expect(matches('', '包裹')).toBe(true);
    expect(matches('user_id', 'user-1')).toBe(true);
    expect(matches('http.route', '/chat')).toBe(true);
    expect(matches('nested.flag', 'true')).toBe(true);
    const wrong = Array.from({ length: 200 }, (_, i) => matches('', `absent${i}`)).filter(Boolean);
    expect(wrong.length).toBeLessThan(3);
  });

  it('opens across periods, in any order', async () => {
    const sealed = [];
    for (let hour = 1; hour <= 3; hour++) {
      const { indexKey, period } = bench.writer.advance(NOW + hour * 3_600_000);
      expect(period).toBe(hour);
      sealed.push(await bench.writer.seal(inputOf([makeEvent(hour)], indexKey)));
    }
    for (const segment of sealed.reverse()) {
      expect((await bench.reader.open(segment)).events).toHaveLength(1);
    }
  });

  it('is counted by heartbeats and by the closing record', async () => {
    const own = await makeBench();
    const { indexKey } = own.writer.advance(NOW);
    const sealed = await own.writer.seal(inputOf([makeEvent(1), makeEvent(2)], indexKey));
    const heartbeat = await verifyLiveness(
      await own.writer.heartbeat(NOW + 60_000),
      own.founded.writer.publicKey,
    );
    expect(heartbeat).toMatchObject({ kind: 'heartbeat', segments: 1, rows: 2, last: sealed.id });
    const closing = await verifyLiveness(await own.writer.close(NOW + 61_000), own.founded.writer.publicKey);
    expect(closing).toMatchObject({ kind: 'closing', segments: 1, rows: 2 });
    expect(() => own.writer.advance(NOW + 62_000)).toThrow(
      expect.objectContaining({ code: 'SESSION_INVALID' }),
    );
  });
});
