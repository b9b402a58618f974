import type { SealedSegment, WriterSession } from '@tacet/seal';

/** A sealed segment with the resend identities (16 bytes each) of the batches that it holds rows of. */
export interface GatewaySegment {
  sealed: SealedSegment;
  batches: Uint8Array[];
}

/** Where sealed segments go: a store in this process, or a server far away. */
export interface Sink {
  /** Makes the session record durable. Called before the session's first segment is committed. */
  openSession(session: WriterSession): Promise<void>;
  /**
   * Makes the segments durable, all in one insert; shares before segments. May be called again with
   * the same segments after a failure and must then store each once.
   */
  commit(segments: GatewaySegment[]): Promise<void>;
  /** These segments (ids) are replaced by committed ones and may be removed, now or later. */
  supersede?(ids: Uint8Array[]): Promise<void>;
  /** A signed heartbeat or closing record of the session, for the trail. */
  statement?(record: Uint8Array): Promise<void>;
}
