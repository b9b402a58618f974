import { randomBytes } from 'node:crypto';
import { TacetError } from '@tacet/records';
import {
  type Authority,
  encodeClear,
  type SealedSegment,
  sealWithout,
  toHex,
  WriterSession,
} from '@tacet/seal';
import { openSegments, type SearchProblem, search } from '@tacet/search/client';
import {
  ERASURE_ROUTES,
  encodeEnd,
  encodeSent,
  encodeStart,
  type Replaced,
  SEALED_LIMITS,
} from '@tacet/search/wire';
import type { ErasingDesk } from './desk.ts';
import type { Subject } from './subject.ts';

/** Where a person's rows are. */
export interface Found {
  rows: number;
  /** Segment ids, hexadecimal. */
  segments: string[];
  /** What could not be opened, and so not be looked into. */
  problems: readonly SearchProblem[];
}

/** Finds every row of the subject. */
export async function find(desk: ErasingDesk, subject: Subject): Promise<Found> {
  const { server, identity, keys, call } = desk;
  const run = search({
    server,
    identity,
    keys,
    query: subject.query,
    purpose: call.purpose,
    limit: Number.POSITIVE_INFINITY,
  });
  const segments = new Set<string>();
  let rows = 0;
  for await (const { event, segment } of run) {
    if (!subject.names(event)) continue;
    segments.add(segment);
    rows++;
  }
  return { rows, segments: [...segments], problems: run.summary.problems };
}

/** Segments are sealed again meanwhile by gateways; so often the search is made anew. */
const ROUNDS = 10;

/**
 * Seals again, without the subject's rows, every segment that has some, until a search finds none. Gives
 * the problems of the last search. `progress` is told of segments done.
 */
export async function rewrite(
  desk: ErasingDesk,
  id: string,
  subject: Subject,
  { authority, progress }: { authority: Authority; progress: (segments: number) => void },
): Promise<readonly SearchProblem[]> {
  const sessions = new Sessions(desk, id, authority);
  let done = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { segments, problems } = await find(desk, subject);
    if (segments.length === 0) return problems;
    const ground = await desk.server.plan({}, desk.call);
    const { keys, call } = desk;
    const batch: SealedSegment[] = [];
    const emptied: string[] = [];
    const flush = async () => {
      done += await send(desk, id, batch.splice(0), emptied.splice(0));
      progress(done);
    };
    for await (const { opened, stored } of openSegments(desk.server, segments, { ground, keys, call })) {
      const session = await sessions.of(opened.header.epoch);
      const sealed = await sealWithout(session, opened, stored, subject.names, {
        share: new Uint8Array(randomBytes(32)),
        now: Date.now(),
      });
      if (sealed) batch.push(sealed);
      else if (opened.events.every(subject.names)) emptied.push(toHex(opened.id));
      if (batch.length + emptied.length >= SEALED_LIMITS.segments / 4) await flush();
    }
    await flush();
  }
  throw new TacetError('ERASURE_INVALID', 'rows of this person go on coming: run the command again later');
}

/** Puts new segments in the place of old ones; gives how many went. */
async function send(
  desk: ErasingDesk,
  id: string,
  segments: readonly SealedSegment[],
  emptied: readonly string[],
): Promise<number> {
  let replaced = 0;
  if (segments.length > 0) {
    const frames = segments.map((segment) =>
      encodeSent({ ...segment, clear: encodeClear(segment.clear), batches: new Uint8Array(0) }),
    );
    const body = Buffer.concat([encodeStart(), ...frames, encodeEnd(frames.length)]);
    replaced += (await desk.segments<Replaced>(id, body)).replaced.length;
  }
  if (emptied.length > 0) {
    const answer = await desk.api<Replaced>(ERASURE_ROUTES.emptied, { id, segments: emptied });
    replaced += answer.replaced.length;
  }
  return replaced;
}

/** A session of this reader in each epoch that has rows to be sealed again. */
class Sessions {
  readonly #desk: ErasingDesk;
  readonly #id: string;
  readonly #authority: Authority;
  readonly #open = new Map<number, WriterSession>();

  constructor(desk: ErasingDesk, id: string, authority: Authority) {
    this.#desk = desk;
    this.#id = id;
    this.#authority = authority;
  }

  async of(epoch: number): Promise<WriterSession> {
    const known = this.#open.get(epoch);
    if (known) return known;
    const { workspace } = this.#authority;
    const { seed, publicKey } = this.#desk.identity.signing;
    const session = await WriterSession.start({
      workspace,
      authority: this.#authority,
      writer: { workspace, name: 'eraser', publicKey, seed },
      now: Date.now(),
      erasing: epoch,
    });
    await this.#desk.post(ERASURE_ROUTES.sessions, this.#id, session.record);
    this.#open.set(epoch, session);
    return session;
  }
}
