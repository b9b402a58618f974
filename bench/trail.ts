import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openTrail, type TrailEntry, trailKey, verifyTrail } from '@tacet/trail';
import type { Figure } from './figures.ts';
import { inFolder } from './folder.ts';

const ENTRIES = 20_000;
/** Requests that wait for their entry at the same time. */
const CLIENTS = 64;

const hex = (length: number) => randomBytes(length).toString('hex');

/** A release of eight segments, with its purpose. */
const entry = (): TrailEntry => ({
  kind: 'release',
  workspace: 'acme',
  actor: hex(16),
  facts: { search: hex(16), query: hex(32), segments: Array.from({ length: 8 }, () => hex(16)) },
  texts: { purpose: 'ticket 4711: refund' },
});

/** Entries of the trail, each synced before its client goes on, and the verification of all of them. */
export async function benchTrail(): Promise<Figure[]> {
  const entries = Array.from({ length: ENTRIES }, entry);
  const { written, verified } = await inFolder(async (path) => {
    const log = await trailKey(randomBytes(32), new Uint8Array(32));
    const trail = await openTrail({ path, key: randomBytes(32), log });
    const written = await rate((next) => trail.append(next), entries);
    await trail.close();
    const began = performance.now();
    const { problems, size } = await verifyTrail({ source: trail.source, key: log.key });
    if (problems.length > 0 || size !== ENTRIES) throw new Error('the trail does not verify');
    return { written, verified: ENTRIES / ((performance.now() - began) / 1000) };
  });
  const plain = await inFolder(async (folder) => {
    const file = await open(join(folder, 'lines'), 'a');
    const lines = new SyncedLines((text) => file.appendFile(text).then(() => file.datasync()));
    return rate((next) => lines.append(JSON.stringify(next)), entries).finally(() => file.close());
  });
  return [
    {
      name: `trail entries, synced, ${CLIENTS} at a time`,
      value: written,
      unit: 'entries/s',
      plain,
      ratio: written / plain,
      target: '≥ 2000',
      met: written >= 2_000,
    },
    { name: '  verification of a whole trail', value: verified, unit: 'entries/s' },
  ];
}

async function rate(append: (next: TrailEntry) => Promise<unknown>, entries: TrailEntry[]): Promise<number> {
  const began = performance.now();
  const left = entries.values();
  const client = async () => {
    for (const next of left) await append(next);
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  return entries.length / ((performance.now() - began) / 1000);
}

/** The plain twin: a file of JSON lines, as many as wait in one sync. */
class SyncedLines {
  readonly #write: (text: string) => Promise<void>;
  #waiting: { line: string; resolve: () => void }[] = [];
  #writing = false;

  constructor(write: (text: string) => Promise<void>) {
    this.#write = write;
  }

  append(line: string): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ line, resolve });
      if (!this.#writing) this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0);
      await this.#write(`${group.map(({ line }) => line).join('\n')}\n`);
      for (const { resolve } of group) resolve();
    }
    this.#writing = false;
  }
}
