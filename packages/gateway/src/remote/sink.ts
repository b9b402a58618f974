import { codeOf, TacetError } from '@tacet/records';
import type { WriterSession } from '@tacet/seal';
import type { GatewaySegment, Sink } from '../sink.ts';
import { type RemoteServer, requestsOf } from './server.ts';

/** What a server says of segments that it will never take: sealing anew is the only way on. */
const REFUSED = /^(?:SEGMENT_|SESSION_|RECORD_|CLEAR_|FILTER_|WRITER_INVALID$|EPOCH_INVALID$|NOT_ALLOWED$)/;

export interface RemoteListener {
  /** The server has made these durable. */
  stored(segments: GatewaySegment[]): void;
  /** The server will never take what this session seals. */
  refused(error: TacetError): void;
}

/** Sends segments to a server far away. Nothing is written to disk here. */
export class RemoteSink implements Sink {
  readonly #server: RemoteServer;
  readonly #listener: RemoteListener;

  constructor(server: RemoteServer, listener: RemoteListener) {
    this.#server = server;
    this.#listener = listener;
  }

  async openSession(session: WriterSession): Promise<void> {
    try {
      await this.#server.openSession(session.record);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  /**
   * Durable at the server on return. A group too large for one request goes in several, and its resend
   * marks then with the last: a batch must not count as stored while a part of it is missing.
   */
  async commit(segments: GatewaySegment[]): Promise<void> {
    const requests = requestsOf(segments);
    const batches = segments.flatMap((segment) => segment.batches);
    try {
      for (const [at, request] of requests.entries()) {
        if (requests.length === 1) await this.#server.store(request);
        else {
          const marks = at === requests.length - 1 ? batches : [];
          await this.#server.store(
            request.map(({ sealed }, i) => ({ sealed, batches: i === 0 ? marks : [] })),
          );
        }
      }
    } catch (error) {
      const failure = asStoreError(error);
      if (REFUSED.test(failure.code)) this.#listener.refused(failure);
      throw failure;
    }
    this.#listener.stored(segments);
  }

  async statement(record: Uint8Array): Promise<void> {
    await this.#server.state(record);
  }
}

/**
 * What clients of this gateway are told: to send again. A wrong token or an unknown root is for the
 * people who run the gateway; to clients it is a store that is away. Only segments that will never be
 * taken are an error that ends the attempt.
 */
export function asStoreError(error: unknown): TacetError {
  const code = codeOf(error) ?? 'INTERNAL';
  const known = error instanceof TacetError && code !== 'SERVER_UNREACHABLE';
  if (known && (REFUSED.test(code) || error.retry)) return error;
  return new TacetError('STORE_UNAVAILABLE', `the server does not take segments now (${code})`);
}
