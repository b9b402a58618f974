import { type Event, encodeRow, type Rows } from '@tacet/records';

/** Kinds of secret, with how often. */
export type Secrets = NonNullable<Event['secrets']>;

/** One row on its way into a segment: its JSON in UTF-8, without a newline. */
export interface Row {
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Its event, when somebody needed to parse it. */
  event?: Event;
  /** What was cut out of it, by kind, when its event does not say so. */
  secrets?: Secrets;
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

/** What was cut out of a row, as far as that is known without parsing it. */
export function secretsOf(row: Row): Secrets | undefined {
  return row.secrets ?? row.event?.secrets;
}
