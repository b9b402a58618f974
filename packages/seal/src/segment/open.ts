import { type ClearColumns, clearMatches, clearRow, type Event, TacetError } from '@tacet/records';
import { platform } from '#platform';
import { equalBytes, wipe } from '../encoding/bytes.ts';
import { segmentKeys } from '../keys/chain.ts';
import { TAG_BYTES } from '../keys/hpke.ts';
import { formOf } from '../search/filter.ts';
import { encodeClear } from './clear.ts';
import { parseHeader, type SegmentHeader, segmentId, segmentMessage } from './header.ts';
import { isPaddedLength, unpackRows } from './padding.ts';
import { NONCE, type SealedParts, syntheticSalt } from './seal.ts';

/** A segment whose every check passed. */
export interface OpenedSegment {
  id: Uint8Array;
  header: SegmentHeader;
  /** UTF-8 JSON texts joined by one `\n`. */
  rows: Uint8Array;
  /** One a row, in row order. */
  events: Event[];
}

const NEWLINE = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Lengths that no other check would look at. @throws TacetError SEGMENT_MALFORMED, FILTER_MALFORMED. */
export function checkForm(segment: SealedParts): SegmentHeader {
  const header = parseHeader(segment.header);
  const fixed = [
    [segment.salt, 32],
    [segment.commitment, 32],
    [segment.signature, 64],
    [segment.share, 32],
  ] as const;
  if (fixed.some(([bytes, length]) => bytes.length !== length)) {
    throw new TacetError('SEGMENT_MALFORMED', 'salt, commitment, signature or share has the wrong length');
  }
  if (!isPaddedLength(segment.ciphertext.length - TAG_BYTES)) {
    throw new TacetError('SEGMENT_MALFORMED', 'a ciphertext of that length does not exist');
  }
  formOf(segment.filter);
  return header;
}

/** @throws TacetError SEGMENT_SIGNATURE. */
export async function checkSignature(segment: SealedParts, writer: Uint8Array): Promise<void> {
  if (!(await platform.verify(writer, segment.signature, segmentMessage(segment)))) {
    throw new TacetError('SEGMENT_SIGNATURE', 'the writer did not sign this segment');
  }
}

/** Commitment, tag, salt. @throws TacetError SEGMENT_COMMITMENT, SEGMENT_TAG, SEGMENT_SALT. */
export async function decrypt(segment: SealedParts, link: Uint8Array): Promise<Uint8Array> {
  const { key, commitment } = segmentKeys(link, segment.share, segment.salt);
  if (!equalBytes(commitment, segment.commitment)) {
    wipe(key);
    throw new TacetError('SEGMENT_COMMITMENT', 'the share or the session is not the one it was sealed with');
  }
  const padded = await platform.gcmOpen(key, NONCE, segment.header, segment.ciphertext);
  wipe(key);
  if (!padded) throw new TacetError('SEGMENT_TAG', 'the ciphertext or its header was changed');
  if (!equalBytes(syntheticSalt(link, segment.header, padded), segment.salt)) {
    wipe(padded);
    throw new TacetError('SEGMENT_SALT', 'the salt was not made from this content');
  }
  return padded;
}

function countLines(rows: Uint8Array): number {
  let lines = 1;
  for (let at = rows.indexOf(NEWLINE); at >= 0; at = rows.indexOf(NEWLINE, at + 1)) lines += 1;
  return lines;
}

const TEXTS = ['service', 'operation', 'severity', 'status', 'provider', 'model'] as const;
const COUNTS = ['duration_ns', 'input_tokens', 'output_tokens'] as const;

/** The members that the clear columns are compared with have the types that the comparison needs. */
function isEvent(value: unknown): value is Event {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const event = value as Record<string, unknown>;
  return (
    typeof event.time === 'string' &&
    /^-?[0-9]{1,30}$/.test(event.time) &&
    (event.kind === 'log' || event.kind === 'span') &&
    TEXTS.every((name) => typeof event[name] === 'string') &&
    COUNTS.every((name) => event[name] === undefined || typeof event[name] === 'number') &&
    (event.secrets === undefined || (typeof event.secrets === 'object' && event.secrets !== null))
  );
}

/** @throws TacetError SEGMENT_COUNT, SEGMENT_ROWS. */
export function parseRows(rows: Uint8Array, count: number): Event[] {
  if (countLines(rows) !== count) {
    throw new TacetError('SEGMENT_COUNT', 'the segment holds another number of rows than its header says');
  }
  const fail = (): never => {
    throw new TacetError('SEGMENT_ROWS', 'a row is not an event in JSON');
  };
  let text: string;
  try {
    text = decoder.decode(rows);
  } catch {
    return fail();
  }
  return text.split('\n').map((row) => {
    let value: unknown;
    try {
      value = JSON.parse(row);
    } catch {
      return fail();
    }
    return isEvent(value) ? value : fail();
  });
}

/** Empty, and so equal to no hash, when the columns have no canonical form. */
function clearHash(clear: ClearColumns): Uint8Array {
  try {
    return platform.sha256(encodeClear(clear));
  } catch {
    return new Uint8Array(0);
  }
}

/** The clear columns are the signed ones, and tell the truth about the rows. @throws TacetError CLEAR_MISMATCH. */
export function checkClear(clear: ClearColumns, header: SegmentHeader, events: readonly Event[]): void {
  const fail = (what: string): never => {
    throw new TacetError('CLEAR_MISMATCH', `the clear columns are not those of the sealed rows: ${what}`);
  };
  if (clear.time.length !== events.length) fail('their number');
  if (!equalBytes(clearHash(clear), header.clear)) fail('their hash');
  for (const [index, event] of events.entries()) {
    const row = clearRow(clear, index);
    if (!clearMatches(row, event)) fail('a row');
    if (row.time < header.timeMin || row.time > header.timeMax) fail('the time range');
  }
}

/** Rows of a padded plain text, every check done. */
export function openPadded(segment: SealedParts, header: SegmentHeader, padded: Uint8Array): OpenedSegment {
  const rows = unpackRows(padded, header.codec);
  const events = parseRows(rows, header.count);
  checkClear(segment.clear, header, events);
  return { id: segmentId(header.session, segment.salt), header, rows, events };
}
