import { codeOf } from '@tacet/records';
import type { Limits } from '../limits.ts';
import { LineReader } from '../lines/line.ts';
import type { ReadBatch } from './read.ts';
import { type Line, LineSplitter } from './split.ts';

const BATCH_EVENTS = 4096;

export async function* readJsonLines(
  input: AsyncIterable<Uint8Array>,
  limits: Limits,
): AsyncGenerator<ReadBatch> {
  const splitter = new LineSplitter(limits.eventBytes);
  const reader = new LineReader(limits);
  let batch: ReadBatch = { events: [], refused: [], bytes: 0 };
  const take = ({ number, bytes }: Line) => {
    if (!bytes) batch.refused.push({ code: 'EVENT_TOO_LARGE', line: number });
    else {
      const text = bytes.toString('utf8');
      if (text.trim() === '') return;
      try {
        batch.events.push(reader.parse(text, Date.now()));
      } catch (error) {
        const code = codeOf(error);
        if (!code) throw error;
        batch.refused.push({ code, line: number });
      }
    }
  };
  for await (const chunk of input) {
    batch.bytes += chunk.byteLength;
    for (const line of splitter.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength))) {
      take(line);
      if (batch.events.length + batch.refused.length >= BATCH_EVENTS) {
        yield batch;
        batch = { events: [], refused: [], bytes: 0 };
      }
    }
  }
  for (const line of splitter.end()) take(line);
  if (batch.events.length + batch.refused.length + batch.bytes > 0) yield batch;
}
