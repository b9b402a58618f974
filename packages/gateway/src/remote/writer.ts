import { randomBytes } from 'node:crypto';
import { createDetector } from '@tacet/detect';
import { codeOf, type TacetError } from '@tacet/records';
import { type Authority, type SeenEpoch, verifyAuthority, WriterSession } from '@tacet/seal';
import { Gateway } from '../gateway.ts';
import type { GatewaySegment } from '../sink.ts';
import { type RemoteOptions, RemoteServer } from './server.ts';
import { asStoreError, RemoteSink } from './sink.ts';
import type { WriterState } from './state.ts';

const MINUTE_MS = 60_000;

/** The highest epoch that this writer ever saw; durable when `write` resolves. */
export interface EpochMemory {
  read(): Promise<SeenEpoch | undefined>;
  write(epoch: Required<SeenEpoch>): Promise<void>;
}

export interface RemoteWriterOptions extends Omit<RemoteOptions, 'token'> {
  state: WriterState;
  /** Events waiting above this many bytes of source are refused as BUSY. */
  maxQueuedBytes?: number;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Told of segments that the server has made durable. */
  stored?: (segments: GatewaySegment[]) => void;
  /** Told of what a person should know; never content. */
  warn?: (text: string) => void;
}

/**
 * A gateway whose segments go to a server far away: events in, sealed here, acknowledged when the server
 * has them. The server's word is believed only as far as its records verify against the root hash.
 */
export class RemoteWriter {
  readonly gateway: Gateway;
  readonly server: RemoteServer;
  readonly #options: RemoteWriterOptions;
  readonly #now: () => number;
  readonly #minute: NodeJS.Timeout;
  #epoch = 0;
  #failure: string | undefined;

  constructor(options: RemoteWriterOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.server = new RemoteServer({ ...options, token: options.state.token });
    const sink = new RemoteSink(this.server, {
      stored: options.stored ?? (() => {}),
      refused: (error) => this.#refused(error),
    });
    this.gateway = new Gateway({
      detector: createDetector({ fingerprintKey: options.state.fingerprint, ...options.state.rules }),
      startSession: () => this.#startSession().catch((error) => this.#failed(error)),
      sink,
      share: () => new Uint8Array(randomBytes(32)),
      now: this.#now,
      clear: options.state.clear,
      maxQueuedBytes: options.maxQueuedBytes ?? 64 << 20,
    });
    this.#minute = setInterval(() => void this.#look(), MINUTE_MS);
    this.#minute.unref();
  }

  /** Verified records of the workspace as the server has them now. Throws what `verifyAuthority` throws. */
  async authority(): Promise<Authority> {
    const { rootHash } = this.#options.state.parsed;
    return verifyAuthority(await this.server.authority(), { rootHash });
  }

  /** Which resend marks belong to batches that the server has. Throws STORE_UNAVAILABLE. */
  async known(marks: readonly Uint8Array[]): Promise<boolean[]> {
    return this.server.known(marks).catch((error) => {
      throw asStoreError(error);
    });
  }

  /** Never below the epoch of the token or the highest that was ever seen here. */
  async #startSession(): Promise<WriterSession> {
    const { writer, epochs, parsed } = this.#options.state;
    const { lowestEpoch } = parsed;
    const kept = await epochs.read();
    const seen = kept && kept.number >= lowestEpoch ? kept : { number: lowestEpoch };
    const session = await WriterSession.start({
      workspace: writer.workspace,
      authority: await this.authority(),
      writer,
      now: this.#now(),
      seen,
    });
    if (session.epoch > (kept?.number ?? 0))
      await epochs.write({ number: session.epoch, id: session.epochId });
    this.#epoch = session.epoch;
    return session;
  }

  /** Each minute: a signed sign of life, and whether there is a newer epoch. */
  async #look(): Promise<void> {
    try {
      await this.gateway.heartbeat();
      const newest = (await this.authority()).epochs.at(-1)?.number ?? 0;
      if (this.#epoch !== 0 && newest > this.#epoch) this.gateway.rotate();
      this.#failure = undefined;
    } catch (error) {
      this.#tell(error);
    }
  }

  #failed(error: unknown): never {
    this.#tell(error);
    throw asStoreError(error);
  }

  /** Says once what is wrong; while it lasts, the senders are told. */
  #tell(error: unknown): void {
    const failure = error instanceof Error ? error.message : 'an unknown failure';
    const code = codeOf(error) ?? 'INTERNAL';
    if (code !== this.#failure) this.#options.warn?.(codeOf(error) ? `${code}: ${failure}` : code);
    this.#failure = code;
  }

  #refused({ code }: TacetError): void {
    this.#options.warn?.(`the server refused segments of this session (${code}): another one is begun`);
    this.gateway.rotate();
  }

  /** Makes everything accepted durable and ends the session. */
  async close(): Promise<void> {
    clearInterval(this.#minute);
    await this.gateway.close();
  }
}
