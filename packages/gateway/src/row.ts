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
const decoder = new TextDecoder();

export function rowOf(event: Event): Row {
  const bytes = utf8.encode(encodeRow(event));
  return { bytes, start: 0, end: bytes.length, event };
}

/** Row number `index` of several. */
export function rowAt({ bytes, ends }: Rows, index: number): Row {
  return { bytes, start: index === 0 ? 0 : ends[index - 1]!, end: ends[index]! - 1 };
}

/** The row's JSON. */
export function textOf({ bytes, start, end }: Row): string {
  return decoder.decode(bytes.subarray(start, end));
}

export function eventOf(row: Row): Event {
  row.event ??= JSON.parse(textOf(row)) as Event;
  return row.event;
}
