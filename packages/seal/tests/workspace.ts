import { type ClearColumns, clearColumns, clearFacts, type Event, encodeRow } from '@tacet/records';
import {
  type Authority,
  type Founded,
  foundWorkspace,
  openSession,
  type ReaderSession,
  type SegmentInput,
  tokensOfEvent,
  trapdoor,
  verifyAuthority,
  WriterSession,
} from '../src/index.ts';

/** 2026-01-01T00:00:00Z in milliseconds: the time at which test workspaces are founded. */
export const NOW = Date.UTC(2026, 0, 1);

/** A small event with something of everything. */
export function makeEvent(number: number): Event {
  return {
    time: `${BigInt(NOW + number * 1000) * 1_000_000n}`,
    kind: 'span',
    service: 'shop',
    operation: 'chat',
    severity: '',
    status: 'ok',
    provider: 'openai',
    model: 'gpt-5',
    duration_ns: 1_234_567 * (number + 1),
    input_tokens: 100 + number,
    user_id: `user-${number}`,
    input: [{ role: 'user', content: `Where is parcel ${number}? 包裹在哪里` }],
    attributes: { 'http.route': '/chat', nested: { n: number, flag: true } },
  };
}

export function clearOf(events: readonly Event[]): ClearColumns {
  return clearColumns(events.map((event) => clearFacts(event, () => 0.5)));
}

/** Distinct trapdoors of the events' tokens, one after another. */
export function trapdoorsOf(events: readonly Event[], indexKey: Uint8Array): Uint8Array {
  const tokens = new Map<string, readonly [field: string, token: string]>();
  for (const event of events) {
    tokensOfEvent(event, (field, token) => tokens.set(JSON.stringify([field, token]), [field, token]));
  }
  const out = new Uint8Array(tokens.size * 16);
  let at = 0;
  for (const [field, token] of tokens.values()) {
    out.set(trapdoor(indexKey, field, token), at);
    at += 16;
  }
  return out;
}

export function inputOf(events: readonly Event[], indexKey: Uint8Array): SegmentInput {
  const clear = clearOf(events);
  return {
    rows: new TextEncoder().encode(events.map(encodeRow).join('\n')),
    count: events.length,
    clear,
    timeMin: Math.min(...clear.time),
    timeMax: Math.max(...clear.time),
    share: new Uint8Array(32).fill(7),
    trapdoors: trapdoorsOf(events, indexKey),
  };
}

export interface Bench {
  founded: Founded;
  authority: Authority;
  writer: WriterSession;
  reader: ReaderSession;
}

/** A founded workspace with one session, open at both ends. */
export async function makeBench(): Promise<Bench> {
  const founded = await foundWorkspace({ workspace: 'acme', now: NOW });
  const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash, now: NOW });
  const writer = await WriterSession.start({
    workspace: 'acme',
    authority,
    writer: founded.writer,
    now: NOW,
  });
  const reader = await openSession(writer.record, founded.identity, authority);
  return { founded, authority, writer, reader };
}
