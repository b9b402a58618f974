import type { Rows } from '@tacet/records';
import type { SealedSegment } from '@tacet/seal';
import type { GatewaySegment } from './sink.ts';

/** What became of a batch that is now durable. */
export interface Accepted {
  events: number;
  /** Secrets cut out, by kind. */
  secrets: Record<string, number>;
}

/** A batch on its way, and whoever waits for it. */
export interface Item {
  rows: Rows;
  /** Whether the rows' memory may be given back when they are sealed. */
  ours: boolean;
  batch: Uint8Array | undefined;
  bytes: number;
  accepted: Accepted;
  resolve: (accepted: Accepted) => void;
  reject: (error: unknown) => void;
}

/** What is committed together: whole items and the segments that hold their rows. */
export interface Group {
  items: Item[];
  segments: GatewaySegment[];
  small: SmallSegment[];
  superseded: Uint8Array[];
  /** When its first item came, on the monotonic clock, in milliseconds. */
  begun: number;
}

/** A segment that is worth sealing again with others: its rows in plain text. */
export interface SmallSegment {
  sealed: SealedSegment;
  rows: Uint8Array;
  batches: Uint8Array[];
}

export function newGroup(): Group {
  return { items: [], segments: [], small: [], superseded: [], begun: performance.now() };
}
