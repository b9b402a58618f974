/**
 * How long a blind match takes in the embedded engine: 100,000 segments with filters of 34,944 bytes (in
 * blocks), 200 periods of keys. The rows are random bytes with the shape of sealed segments, written directly
 * through `LogStore.insert`; ciphertexts are short, so this measures filters, not decompression.
 *
 *   node bench/store-match.ts [segments] [filter bytes] [ciphertext bytes] [runs]
 */
import { getRandomValues } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Formula, type MatchQuery, openEmbedded, type SegmentRow } from '@tacet/store';
import { plant } from '../packages/store/testing/filter.ts';
import { segment } from '../packages/store/testing/segments.ts';

const [segments = 100_000, filterBytes = 34_944, ciphertextBytes = 1024, runs = 7] = process.argv
  .slice(2)
  .map(Number);
const PERIODS = 200;
const BATCH = 200;
/** One segment in so many holds the token that is searched for. */
const RARITY = 1000;
const START = 1_700_000_000;

const random = (size: number) => {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 65_536) getRandomValues(bytes.subarray(at, at + 65_536));
  return bytes;
};

/** Random bytes are filled to one half, as sealed filters are; a pool of them saves drawing gigabytes. */
const pool = random(8 << 20);
const fromPool = (size: number) => {
  const at = Math.floor(Math.random() * (pool.length - size));
  return pool.slice(at, at + size);
};

const keys = [random(PERIODS * 16), random(PERIODS * 16)];
const keyOf = (token: number, period: number) => keys[token]!.subarray(period * 16, period * 16 + 16);

function row(index: number): SegmentRow {
  const periodNo = Math.floor((index * PERIODS) / segments);
  const timeMin = START + index * 10;
  const made = segment({
    periodNo,
    number: index,
    receivedDay: 19_700 + Math.floor(periodNo / 24),
    timeMin,
    filter: fromPool(filterBytes),
    ciphertext: fromPool(ciphertextBytes),
  });
  for (const token of [0, 1]) {
    if (index % RARITY === token) plant(made.filter, keyOf(token, periodNo), made.id);
  }
  return made;
}

const path = mkdtempSync(join(tmpdir(), 'tacet-bench-'));
const store = await openEmbedded({ path });
try {
  const began = performance.now();
  for (let at = 0; at < segments; at += BATCH) {
    const count = Math.min(BATCH, segments - at);
    await store.insert(Array.from({ length: count }, (_, index) => row(at + index)));
  }
  const { bytes } = await store.stats();
  console.log(
    `${segments} segments written in ${((performance.now() - began) / 1000).toFixed(1)} s, ${(bytes / 1e9).toFixed(2)} GB, ${availableParallelism()} cores`,
  );

  const token = (index: number): Formula => ({ token: index });
  const clear = (column: 'operation' | 'input_tokens', op: '=' | '>', value: string | number): Formula => ({
    clear: { column, op, value },
  });
  const queries: [string, Partial<MatchQuery>][] = [
    ['one token', { formula: token(0) }],
    ['two tokens, and', { formula: { and: [token(0), token(1)] } }],
    ['two tokens, or', { formula: { or: [token(0), token(1)] } }],
    ['one token in a tenth of the time', { formula: token(0), to: START + segments }],
    ['one token and a clear test', { formula: { and: [token(0), clear('operation', '=', 'chat')] } }],
    ['a clear test alone', { formula: clear('input_tokens', '>', 5000) }],
    ['everything, the newest 100', { formula: { all: true }, limit: 100 }],
  ];
  for (const [name, part] of queries) {
    const ask = async (tokens: Uint8Array[]) => {
      const start = performance.now();
      const hits = await store.match({
        workspace: 'main',
        formula: { all: true },
        keys: { first: 0, tokens },
        limit: 100_000,
        ...part,
      });
      return { time: performance.now() - start, hits: hits.length };
    };
    // Keys that nothing was asked with before: no cache of the engine can help.
    const fresh: number[] = [];
    for (let run = 0; run < runs; run++) {
      fresh.push((await ask([random(PERIODS * 16), random(PERIODS * 16)])).time);
    }
    fresh.sort((a, b) => a - b);
    const { hits } = await ask(keys);
    console.log(
      `${name}: ${fresh[runs >> 1]!.toFixed(0)} ms (best ${fresh[0]!.toFixed(0)}), ${hits} candidates`,
    );
  }
} finally {
  await store.close();
  rmSync(path, { recursive: true, force: true });
}
