/** A worker of `blind-search`: the filters of one session's segments, made by the gateway's kernel. */
import { randomBytes, randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createDetector } from '@tacet/detect';
import { eventFromLine } from '@tacet/receive';
import { codeOf } from '@tacet/records';
import { filterBytes, formsFor } from '@tacet/seal';
import { rowOf } from '../../packages/gateway/src/row.ts';
import { RowBuilder } from '../../packages/gateway/src/rows.ts';

export interface FilterJob {
  session: number;
  /** Index key of the session's one period. */
  key: Uint8Array;
  count: number;
}

/** `count` ids and filters, one after another. */
export interface FilterBatch {
  session: number;
  ids: Uint8Array;
  filters: Uint8Array;
}

const { file, rows } = workerData as { file: string; rows: number };
const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
const builder = new RowBuilder(createDetector({ fingerprintKey: new Uint8Array(32) }), Math.random);

/** The tokens of the session's own rows under every segment's own id. */
function build({ session, key, count }: FilterJob): FilterBatch {
  builder.begin(key);
  for (let row = 0; row < rows; row++) {
    const line = lines[(session * rows + row) % lines.length]!;
    if (builder.add(builder.scrub(rowOf(eventFromLine(line, { now: 0 })))) !== 'added') break;
  }
  const closed = builder.close();
  const form = formsFor(closed.tokens)[0]!;
  const size = filterBytes(form);
  const ids = new Uint8Array(randomBytes(count * 16));
  const filters = new Uint8Array(count * size);
  for (let at = 0; at < count; at++) {
    const id = ids.subarray(at * 16, at * 16 + 16);
    filters.set(
      built(id, (own) => closed.buildFilter!(own, closed.trapdoors, key, form)),
      at * size,
    );
  }
  return { session, ids, filters };
}

/** The filter under `id`, or under another one in its place when it would overflow: one size for all. */
function built(id: Uint8Array, build: (id: Uint8Array) => Uint8Array): Uint8Array {
  for (;;) {
    try {
      return build(id);
    } catch (error) {
      if (codeOf(error) !== 'FILTER_OVERFLOW') throw error;
      randomFillSync(id);
    }
  }
}

parentPort!.on('message', (job: FilterJob) => {
  const batch = build(job);
  parentPort!.postMessage(batch, [batch.filters.buffer as ArrayBuffer]);
});
