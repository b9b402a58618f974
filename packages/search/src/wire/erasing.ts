import type { ErasureReceipt, SignedText } from '@tacet/seal';

/**
 * Routes of an erasure (docs/erase.md). Who asks and who agrees are different people, by their tokens
 * and by the keys that sign.
 */
export const ERASURE_ROUTES = {
  /** GET: all of the workspace; POST `ErasureOrder`: asks for one, or gives the open one of this subject. */
  erasures: '/v1/erasures',
  /** POST `{id, approval}`. */
  approve: '/v1/erasures/approve',
  /** POST with `?id=`: a session record of who asked, in the epoch of the segments to be sealed again. */
  sessions: '/v1/erasures/sessions',
  /** POST with `?id=`: a stream of `sent` segments, each in place of one. Answers `Replaced`. */
  segments: '/v1/erasures/segments',
  /** POST `{id, segments}`: of these no row stays. Answers `Replaced`. */
  emptied: '/v1/erasures/emptied',
  /** POST `{id}`: answers `ErasureMessage`; again until it has a receipt. */
  finish: '/v1/erasures/finish',
} as const;

export interface ErasureOrder {
  request: SignedText;
  /** The subject, for readers of the epoch: base64. */
  sealed: string;
}

export interface ErasureMessage {
  /** 32 hexadecimal digits. */
  id: string;
  state: 'requested' | 'approved' | 'finishing' | 'done';
  request: SignedText;
  /** Gone once it is done. */
  sealed?: string;
  approval?: SignedText;
  /** Rows erased, and segments they stood in, so far. */
  rows: number;
  segments: number;
  /** Files of the log database that still hold what was removed. */
  filesLeft: number;
  receipt?: ErasureReceipt;
}

/** What became of segments that were to be replaced; `gone` ones were sealed again meanwhile: look anew. */
export interface Replaced {
  replaced: string[];
  gone: string[];
}
