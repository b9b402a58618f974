import { type Event, encodeRow, type Rows } from '@tacet/records';

/** One row on its way into a segment: its JSON in UTF-8, without a newline. */
export interface Row {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Its event, when somebody needed to parse it. */
  event?: Event;
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

export function rowOf(event: Event): Row {
  const bytes = utf8.encode(encodeRow(event));
  return { bytes, start: 0, end: bytes.length, event };
}

/** Row number `index` of several. */
export function rowAt({ bytes, ends }: Rows, index: number): Row {
  return { bytes, start: index === 0 ? 0 : ends[index - 1]!, end: ends[index]! - 1 };
}

export function eventOf(row: Row): Event {
  row.event ??= JSON.parse(text.decode(row.bytes.subarray(row.start, row.end))) as Event;
  return row.event;
}
