/**
 * The blind match by itself: segments with real filters over real rows and ciphertexts of 1 KB, written
 * directly into the store, not through the gateway. Keys of 200 sessions, one period each. The segments
 * of a session hold the same rows, each under an id of its own, so no two filters are alike.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { eventFromLine } from '@tacet/receive';
import { clearColumns, clearFacts } from '@tacet/records';
import { trapdoor, wordsOf } from '@tacet/seal';
import { type Formula, openEmbedded, type SegmentRow } from '@tacet/store';
import { options, report } from '../child.ts';
import type { FilterBatch, FilterJob } from './filter-worker.ts';

const { file, directory, segments, rows } = options<{
  file: string;
  directory: string;
  segments: number;
  rows: number;
}>();
const SESSIONS = 200;
const RUNS = 9;
const START = 1_736_121_600;

const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const store = await openEmbedded({ path: directory });
const keys = Array.from({ length: SESSIONS }, () => new Uint8Array(randomBytes(32)));
const each = Math.ceil(segments / SESSIONS);
const clear = clearColumns([clearFacts(eventFromLine(lines[0]!, { now: 0 }), Math.random)]);

async function insert({ session, ids, filters }: FilterBatch): Promise<void> {
  const size = filters.length / each;
  await store.insert(
    Array.from({ length: each }, (_, number): SegmentRow => {
      const time = START + (session * each + number) * 10;
      return {
        id: ids.subarray(number * 16, number * 16 + 16),
        workspace: 'bench',
        periodNo: session,
        number,
        receivedDay: 20_000 + Math.floor(session / 24),
        count: 1,
        timeMin: time,
        timeMax: time + 9,
        header: randomBytes(160),
        salt: randomBytes(32),
        commitment: randomBytes(32),
        signature: randomBytes(64),
        ciphertext: randomBytes(1024),
        filter: filters.subarray(number * size, (number + 1) * size),
        clear,
        batches: [],
        supersedes: [],
      };
    }),
  );
}

/** Takes sessions from the queue until it is empty. */
async function work(queue: Iterator<[number, Uint8Array]>): Promise<void> {
  const worker = new Worker(new URL('./filter-worker.ts', import.meta.url), { workerData: { file, rows } });
  for (let next = queue.next(); !next.done; next = queue.next()) {
    const [session, key] = next.value;
    worker.postMessage({ session, key, count: each } satisfies FilterJob);
    const [batch] = (await once(worker, 'message')) as [FilterBatch];
    await insert(batch);
  }
  await worker.terminate();
}

interface Timed {
  seconds: number;
  cpu: number;
  candidates: number;
}

/** The best of a few matches for these words, and how many candidates they gave. */
async function timed(words: string[], formula: Formula): Promise<Timed> {
  const tokens = words.map((word) => Buffer.concat(keys.map((key) => trapdoor(key, '', word))));
  const query = { workspace: 'bench', formula, keys: { first: 0, tokens }, limit: 1000 };
  let candidates = (await store.match(query)).length;
  const best = { seconds: Infinity, cpu: Infinity };
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    const started = performance.now();
    candidates = (await store.match(query)).length;
    best.seconds = Math.min(best.seconds, (performance.now() - started) / 1000);
    const { user, system } = process.cpuUsage(before);
    best.cpu = Math.min(best.cpu, (user + system) / 1e6);
  }
  return { ...best, candidates };
}

const queue = keys.entries();
await Promise.all(Array.from({ length: availableParallelism() }, () => work(queue)));
await report(async () => {
  const rare = wordsOf(lines[77]!).sort((a, b) => b.length - a.length)[0]!;
  return {
    rare: await timed([rare], { token: 0 }),
    absent: await timed(['zzyzxabsent'], { token: 0 }),
    both: await timed([rare, 'restore'], { and: [{ token: 0 }, { token: 1 }] }),
    stored: (await store.stats()).bytes,
  };
});
await store.close();
