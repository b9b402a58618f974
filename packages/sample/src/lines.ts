import { type Canary, canariesOf } from './canaries.ts';
import { Random } from './random.ts';
import { chatRow, type LogStreamRow, type Moment, secretRow, serviceRow } from './rows.ts';
import { type Session, Sessions } from './sessions.ts';
import { type SpanLine, spanLine } from './spans.ts';

export interface SampleOptions {
  /** Equal seeds give equal lines. */
  seed: number | string;
  /** Number of events. */
  count: number;
  /** Texts to plant, each once, spread evenly; those of `canariesOf(seed)` unless told. */
  canaries?: readonly Canary[];
}

/** The first row of the leaked table. */
const FIRST_MS = Date.UTC(2025, 0, 6);

/**
 * The leaked `log_stream` table as a stream of JSON lines without line ends: chats in English and Chinese,
 * calls of models as spans, plain service lines, stack traces, environment dumps with keys.
 * About 850 bytes a line; times go up from 2025-01-06T00:00:00Z, 1.7 s a row.
 */
export function* sampleLines({ seed, count, canaries = canariesOf(seed) }: SampleOptions): Generator<string> {
  const random = new Random(`sample ${seed}`);
  const sessions = new Sessions(random);
  let ms = FIRST_MS;
  let planted = 0;
  for (let index = 0; index < count; index++) {
    ms += random.between(1, 3400);
    const due = Math.floor(((index + 1) * canaries.length) / count);
    yield JSON.stringify(sampleLine(ms, sessions.next(), canaries.slice(planted, due), random));
    planted = due;
  }
}

function sampleLine(
  ms: number,
  session: Session,
  canaries: readonly Canary[],
  random: Random,
): LogStreamRow | SpanLine {
  const kinds = canaries.map((canary) => canary.kind);
  // People say things in their own language, and in a chat.
  const chinese = kinds.some((kind) => kind.startsWith('chinese'));
  const moment: Moment = {
    ms,
    session: chinese ? { ...session, language: 'zh' } : session,
    planted: canaries.map((canary) => canary.shown),
  };
  const draw = random.below(100);
  if (kinds.includes('secret')) {
    return draw < 60
      ? secretRow(moment, random)
      : draw < 80
        ? chatRow(moment, random)
        : spanLine(moment, random);
  }
  if (kinds.some((kind) => kind.endsWith('sentence')) && draw >= 74) return chatRow(moment, random);
  if (draw < 60) return chatRow(moment, random);
  if (draw < 74) return spanLine(moment, random);
  if (draw < 94) return serviceRow(moment, random);
  return secretRow(moment, random);
}

/** The same lines, each ended by `\n`, as UTF-8 in chunks of about `chunkBytes` (1 MiB unless told). */
export function* sampleChunks(options: SampleOptions & { chunkBytes?: number }): Generator<Uint8Array> {
  const limit = options.chunkBytes ?? 1 << 20;
  const encoder = new TextEncoder();
  let text = '';
  for (const line of sampleLines(options)) {
    text += `${line}\n`;
    if (text.length < limit) continue;
    yield encoder.encode(text);
    text = '';
  }
  if (text !== '') yield encoder.encode(text);
}
