import { platform, toHex } from '@tacet/seal';
import type { LoggedEntry, TrailEntry } from './entry.ts';
import { utf8 } from './text.ts';

/** What a segment's hash in the trail is made of: the signature binds ciphertext and filter. */
export interface SegmentParts {
  header: Uint8Array;
  salt: Uint8Array;
  commitment: Uint8Array;
  signature: Uint8Array;
}

/** A segment as its manifest names it. */
export interface ManifestSegment {
  /** 16 bytes, hexadecimal. */
  id: string;
  /** `segmentHash`, hexadecimal. */
  hash: string;
  period: number;
  number: number;
  rows: number;
  /** First and last second of its rows. */
  first: number;
  last: number;
}

/** A stored segment, as `SealedSegment` of @tacet/seal has it. */
export interface StoredSegment extends SegmentParts {
  id: Uint8Array;
  session: Uint8Array;
  period: number;
  number: number;
  count: number;
  timeMin: number;
  timeMax: number;
  supersedes: readonly Uint8Array[];
}

/** Why segments are gone. */
export type RemovalReason = 'not-stored' | 'erased' | 'retention';

/** The `reason` of an entry that says that nothing sealed in its `epoch` opens any more. */
export const SHREDDED = 'shredded';

const LABEL = utf8('tacet/v1/manifest');
/** So many fit into one entry of the trail. */
const SEGMENTS_PER_ENTRY = 256;
const IDS_PER_ENTRY = 1_500;

function u32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** SHA-256(label ‖ length(4) ‖ header ‖ salt ‖ commitment ‖ signature). */
export function segmentHash({ header, salt, commitment, signature }: SegmentParts): Uint8Array {
  return platform.sha256(LABEL, u32(header.length), header, salt, commitment, signature);
}

function chunks<T>(list: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / most) }, (_, at) =>
    list.slice(at * most, (at + 1) * most),
  );
}

/**
 * The manifest of segments that are about to be stored: entries that name each with its hash, by session,
 * and what each replaces. Append them before the segments: what no manifest names, no reader accepts.
 */
export function manifestEntries(workspace: string, segments: readonly StoredSegment[]): TrailEntry[] {
  const actor = 'server';
  const sessions = Map.groupBy(segments, ({ session }) => toHex(session));
  const manifests = [...sessions].flatMap(([session, own]) =>
    chunks(own, SEGMENTS_PER_ENTRY).map((some): TrailEntry => {
      const named = some.map((segment) => ({
        id: toHex(segment.id),
        hash: toHex(segmentHash(segment)),
        period: segment.period,
        number: segment.number,
        rows: segment.count,
        first: segment.timeMin,
        last: segment.timeMax,
      }));
      return { kind: 'segments', workspace, actor, facts: { session, segments: named } };
    }),
  );
  const replaced = segments.flatMap(({ id, supersedes }) =>
    chunks(supersedes, IDS_PER_ENTRY).map((some): TrailEntry => {
      const facts = { by: toHex(id), segments: some.map(toHex) };
      return { kind: 'superseded', workspace, actor, facts };
    }),
  );
  return [...manifests, ...replaced];
}

/** Entries that say that segments are gone for good, and why; `actor` is who had it done. */
export function removedEntries(
  workspace: string,
  actor: string,
  reason: RemovalReason,
  ids: readonly Uint8Array[],
): TrailEntry[] {
  return chunks(ids, IDS_PER_ENTRY).map((some) => {
    return { kind: 'removed', workspace, actor, facts: { reason, segments: some.map(toHex) } };
  });
}

const isHex = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value.length === 2 * length && /^[0-9a-f]*$/.test(value);

/** The segments that an entry names as stored; none for another kind or a malformed one. */
export function manifestOf(entry: LoggedEntry): { session: string; segments: ManifestSegment[] } {
  const { session, segments } = entry.facts;
  if (entry.kind !== 'segments' || !isHex(session, 16) || !Array.isArray(segments))
    return { session: '', segments: [] };
  return { session, segments: segments.filter(isManifestSegment) };
}

function isManifestSegment(value: unknown): value is ManifestSegment & { [name: string]: string | number } {
  if (typeof value !== 'object' || value === null) return false;
  const { id, hash, period, number, rows, first, last } = value as Partial<ManifestSegment>;
  const numbers = [period, number, rows, first, last];
  return isHex(id, 16) && isHex(hash, 32) && numbers.every(Number.isSafeInteger);
}

/** The ids, hexadecimal, that an entry names in `segments`: of what was replaced, removed or released. */
export function segmentIdsOf(entry: LoggedEntry): string[] {
  const { segments } = entry.facts;
  return Array.isArray(segments) ? segments.filter((id) => isHex(id, 16)) : [];
}
