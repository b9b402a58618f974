/**
 * The blind match by itself: segments with real filters over real rows and ciphertexts of 1 KB, written
 * directly into the store, not through the gateway. Keys of 200 sessions, one period each.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createDetector } from '@tacet/detect';
import { eventFromLine } from '@tacet/receive';
import { trapdoor, wordsOf } from '@tacet/seal';
import { type Formula, openEmbedded, type SegmentRow } from '@tacet/store';
import { RowBuilder } from '../../packages/gateway/src/rows.ts';
import { options, report } from '../child.ts';

const { file, directory, segments } = options<{ file: string; directory: string; segments: number }>();
const SESSIONS = 200;
const ROWS = 1000;
const RUNS = 9;
const START = 1_736_121_600;

const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const store = await openEmbedded({ path: directory });
const builder = new RowBuilder(createDetector({ fingerprintKey: new Uint8Array(32) }), Math.random);
const keys = Array.from({ length: SESSIONS }, () => new Uint8Array(randomBytes(32)));
const each = Math.ceil(segments / SESSIONS);

/** Writes the segments of one session: the tokens of a thousand rows under every segment's own id. */
async function writeSession(session: number): Promise<void> {
  builder.begin(keys[session]!);
  for (let i = 0; i < ROWS; i++) {
    const line = lines[(session * ROWS + i) % lines.length]!;
    if (builder.add(builder.scrub(eventFromLine(line, { now: START * 1000 }))) !== 'added') break;
  }
  const closed = builder.close();
  for (let number = 0; number < each; ) {
    const rows: SegmentRow[] = [];
    for (; rows.length < 100 && number < each; number++) {
      const id = new Uint8Array(randomBytes(16));
      const time = START + (session * each + number) * 10;
      rows.push({
        id,
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
        filter: closed.buildFilter!(id, closed.trapdoors, keys[session]!, 2560),
        clear: one(closed.clear),
        batches: [],
        supersedes: [],
      });
    }
    await store.insert(rows);
  }
}

function one(clear: SegmentRow['clear']): SegmentRow['clear'] {
  return Object.fromEntries(
    Object.entries(clear).map(([name, values]) => [name, values.slice(0, 1)]),
  ) as never;
}

/** Median seconds of a match for these words, and how many candidates it gave. */
async function timed(words: string[], formula: Formula): Promise<{ seconds: number; candidates: number }> {
  const tokens = words.map((word) => Buffer.concat(keys.map((key) => trapdoor(key, '', word))));
  const query = { workspace: 'bench', formula, keys: { first: 0, tokens }, limit: 1000 };
  const times: number[] = [];
  let candidates = 0;
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    candidates = (await store.match(query)).length;
    times.push((performance.now() - started) / 1000);
  }
  return { seconds: times.sort((a, b) => a - b)[RUNS >> 1]!, candidates };
}

for (let session = 0; session < SESSIONS; session++) await writeSession(session);
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
