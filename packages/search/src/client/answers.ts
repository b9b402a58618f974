import { TacetError } from '@tacet/records';
import type { AuthorityRecords } from '@tacet/seal';
import type { Cursor, MatchHit } from '@tacet/store';
import { authorityRecords } from '../wire/authority.ts';
import { REQUEST_LIMITS } from '../wire/messages.ts';
import { fromBase64, fromHex } from '../wire/text.ts';
import type { ProvenManifests, SearchGround } from './port.ts';

/** Checks of the server's JSON: its types and sizes, before anything is done with it. */

type Members = Record<string, unknown>;

function fail(what: string): never {
  throw new TacetError('RESULT_INCOMPLETE', `the server's answer is not of the known form: ${what}`);
}

function members(value: unknown, what: string): Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : fail(what);
}

function list(value: unknown, what: string, most: number): unknown[] {
  return Array.isArray(value) && value.length <= most ? value : fail(what);
}

function whole(value: unknown, what: string): number {
  return Number.isSafeInteger(value) ? (value as number) : fail(what);
}

function count(value: unknown, what: string): number {
  const number = whole(value, what);
  return number >= 0 ? number : fail(what);
}

function hexId(value: unknown): string {
  return fromHex(value, 16) ? (value as string) : fail('an id');
}

const MAX_NOTE = 64 * 1024;
/** Hashes of a proof in the largest tree. */
const MAX_PATH = 63;

export function readManifests(value: unknown, most: number): ProvenManifests {
  const { checkpoint, entries } = members(value, 'manifests');
  if (typeof checkpoint !== 'string' || checkpoint.length > MAX_NOTE) return fail('a checkpoint');
  return {
    checkpoint,
    entries: list(entries, 'entries', most).map((each) => {
      const { index, leaf, path } = members(each, 'an entry');
      return {
        index: count(index, 'an entry'),
        leaf: fromBase64(leaf) ?? fail('an entry'),
        path: list(path, 'a proof', MAX_PATH).map((hash) => fromBase64(hash) ?? fail('a proof')),
      };
    }),
  };
}

export function readAuthority(value: unknown): AuthorityRecords {
  return authorityRecords(value, fail);
}

export function readKeyrings(value: unknown): Uint8Array[] {
  const { keyrings } = members(value, 'keyrings');
  return list(keyrings, 'keyrings', REQUEST_LIMITS.keyrings).map(
    (record) => fromBase64(record) ?? fail('a keyring'),
  );
}

export function readPlan(value: unknown): SearchGround {
  const answer = members(value, 'plan');
  const sessions = new Map<string, Uint8Array>();
  for (const each of list(answer.sessions, 'sessions', REQUEST_LIMITS.plannedPeriods)) {
    const { id, record } = members(each, 'a session');
    sessions.set(hexId(id), fromBase64(record) ?? fail('a session record'));
  }
  const periods = list(answer.periods, 'periods', REQUEST_LIMITS.plannedPeriods).map((each) => {
    const { periodNo, session, period } = members(each, 'a period');
    return {
      periodNo: count(periodNo, 'a period'),
      session: hexId(session),
      period: count(period, 'a period'),
    };
  });
  return {
    sessions,
    periods,
    segments: count(answer.segments, 'segments'),
    events: count(answer.events, 'events'),
  };
}

export function readHits(value: unknown, most: number): { hits: MatchHit[]; next?: Cursor } {
  const answer = members(value, 'match');
  const hits = list(answer.hits, 'hits', most).map((each): MatchHit => {
    const hit = members(each, 'a hit');
    return {
      id: fromHex(hit.id, 16) ?? fail('an id'),
      periodNo: count(hit.periodNo, 'a hit'),
      number: count(hit.number, 'a hit'),
      timeMin: whole(hit.timeMin, 'a hit'),
      timeMax: whole(hit.timeMax, 'a hit'),
      count: count(hit.count, 'a hit'),
      bytes: count(hit.bytes, 'a hit'),
    };
  });
  if (answer.next === undefined) return { hits };
  const next = members(answer.next, 'next');
  return {
    hits,
    next: {
      timeMax: whole(next.timeMax, 'next'),
      periodNo: count(next.periodNo, 'next'),
      number: count(next.number, 'next'),
    },
  };
}
