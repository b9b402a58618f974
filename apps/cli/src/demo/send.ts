import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { TacetError } from '@tacet/records';
import { sampleChunks } from '@tacet/sample';
import type { Io } from '../io.ts';
import { progressBar } from '../terminal/progress.ts';
import type { Place } from './place.ts';

export const SEED = 'demo';
/** Requests on their way at the same time. */
const AT_ONCE = 4;
const TRIES = 20;

export interface SentSample {
  events: number;
  /** Of the JSON lines. */
  bytes: number;
  secrets: Map<string, number>;
  seconds: number;
}

interface Answer {
  accepted: number;
  refused: number;
  secrets: Record<string, number>;
}

/** Sends the sample to a server as any program would: JSON lines over HTTP with the ingest token. */
export async function sendSample(address: string, place: Place, count: number, io: Io): Promise<SentSample> {
  const token = (await readFile(place.ingestToken, 'utf8')).trim();
  const sent: SentSample = { events: 0, bytes: 0, secrets: new Map(), seconds: 0 };
  const bar = await progressBar(io.stderr, 'taking in', count, (events) => `${events} events`);
  const started = performance.now();
  const chunks = sampleChunks({ seed: SEED, count });
  const sender = async (): Promise<void> => {
    for (const chunk of chunks) {
      io.stop.throwIfAborted();
      const { accepted, refused, secrets } = await post(address, token, chunk, io.stop);
      if (refused > 0) throw new TacetError('INTERNAL', `the server refused ${refused} sample events`);
      sent.events += accepted;
      sent.bytes += chunk.length;
      for (const [kind, found] of Object.entries(secrets)) {
        sent.secrets.set(kind, (sent.secrets.get(kind) ?? 0) + found);
      }
      bar.update(sent.events);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender)).finally(() => bar.stop());
  sent.seconds = (performance.now() - started) / 1000;
  return sent;
}

async function post(address: string, token: string, body: Uint8Array, signal: AbortSignal): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const response = await fetch(`${address}/v1/events`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/x-ndjson' },
      body: body as Uint8Array<ArrayBuffer>,
      signal,
    }).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new TacetError('SERVER_UNREACHABLE', 'the server does not answer any more', { cause });
    });
    if (response.ok) return (await response.json()) as Answer;
    if (response.status !== 503 || tries === TRIES) {
      throw new TacetError('SERVER_UNREACHABLE', `the server answered ${response.status}`);
    }
    await wait(1000 * Number(response.headers.get('Retry-After') ?? 1), undefined, { signal });
  }
}
