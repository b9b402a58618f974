import { getRandomValues } from 'node:crypto';
import { clearColumns } from '@tacet/records';
import type { SegmentRow } from '../src/port.ts';
import { plant } from './filter.ts';

/** Plain bytes, not a Buffer: what the store gives back. At most 65,536. */
export function randomBytes(size: number): Uint8Array<ArrayBuffer> {
  return getRandomValues(new Uint8Array(size));
}

export const NO_KEYS = { first: 0, tokens: [] };

/**
 * A row of random bytes with the shape of a sealed segment and `count` plain clear rows, received on
 * day 20,000, in period 0 with a random number unless `part` says otherwise.
 */
export function segment(part: Partial<SegmentRow> = {}): SegmentRow {
  const count = part.clear?.time.length ?? part.count ?? 3;
  const timeMin = part.timeMin ?? 1_728_000_000;
  const clear = clearColumns(
    Array.from({ length: count }, (_, row) => ({
      time: timeMin + row,
      kind: 'log',
      service: 'checkout',
      operation: row % 2 === 0 ? 'chat' : 'embeddings',
      model: 'm-1',
      provider: '',
      status: 'ok',
      severity: 'info',
      duration_ns: row === 0 ? -1 : 1000,
      input_tokens: 100,
      output_tokens: -1,
      secrets: row === 1 ? ['aws-key×1', 'openai-api-key×2'] : [],
    })),
  );
  return {
    id: randomBytes(16),
    workspace: 'main',
    periodNo: 0,
    number: Math.floor(Math.random() * 0x1_0000_0000),
    receivedDay: 20_000,
    count,
    timeMin,
    timeMax: timeMin + Math.max(0, count - 1),
    header: randomBytes(200),
    salt: randomBytes(32),
    commitment: randomBytes(32),
    signature: randomBytes(64),
    ciphertext: randomBytes(2048),
    filter: randomBytes(13 * 160),
    clear,
    batches: [randomBytes(16)],
    supersedes: [],
    ...part,
  };
}

/** A segment whose filter of `bytes` holds `trapdoors` and random bits besides (half of all by default). */
export function filtered(
  trapdoors: Uint8Array[],
  part: Partial<SegmentRow> = {},
  bytes = 13 * 160,
  filler: (size: number) => Uint8Array = randomBytes,
): SegmentRow {
  const row = segment({ ...part, filter: filler(bytes) });
  for (const trapdoor of trapdoors) plant(row.filter, trapdoor, row.id);
  return row;
}
