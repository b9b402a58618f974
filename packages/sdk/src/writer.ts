import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { context, createContextKey } from '@opentelemetry/api';
import { RemoteWriter, readWriterState } from '@tacet/gateway/remote';
import { decodeOtlpBody } from '@tacet/receive';
import { codeOf, type Rows, TacetError } from '@tacet/records';

export interface TacetWriterOptions {
  /** The Tacet server, by its URL. */
  to: string;
  /** Folder of this writer: `tacet gateway enroll` makes one, and a key holder certifies it. */
  state: string;
  /** How long one export is tried, in milliseconds; 60,000 unless given. */
  timeoutMillis?: number;
  /** Exports that wait are refused as BUSY above this many bytes; 64 MiB unless given. */
  maxQueueBytes?: number;
  /** Told of what a person should know; never content. Standard error unless given. */
  warn?: (text: string) => void;
}

/** The name by which the SDK's own exporters keep their requests out of the traces. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
const TIMEOUT_MS = 60_000;
const QUEUE_BYTES = 64 << 20;
const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 5_000;

/** Not traced: an exporter that traces its own requests would never end. */
function untraced(request: Request): Promise<Response> {
  return context.with(context.active().setValue(SUPPRESS_TRACING, true), () => fetch(request));
}

const keyOf = (mark: Uint8Array) => Buffer.from(mark).toString('latin1');

/**
 * Cuts secrets out of log records and spans, seals them in this process, and sends them to a Tacet server,
 * which cannot read them. One for a process, shared by its exporters; nothing is written to disk but the
 * number of the newest epoch.
 */
export class TacetWriter {
  readonly #options: TacetWriterOptions;
  readonly #timeout: number;
  /** Marks of exports on their way, and whether the server has them. */
  readonly #marks = new Map<string, boolean>();
  readonly #sending = new Set<Promise<void>>();
  #queuedBytes = 0;
  #opening: Promise<RemoteWriter> | undefined;
  #users = 0;
  #closing: Promise<void> | undefined;

  /** Opens nothing yet: the first export does. */
  constructor(options: TacetWriterOptions) {
    this.#options = options;
    this.#timeout = options.timeoutMillis ?? TIMEOUT_MS;
  }

  /** An exporter begins to use this writer. */
  attach(): void {
    this.#users++;
  }

  /** An exporter ends; with the last one, and what is on its way, the session does. */
  async detach(): Promise<void> {
    this.#users--;
    if (this.#users > 0) return this.flush();
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /**
   * Seals and sends an OTLP request (protobuf) of log records or spans. Resolves when the server has made
   * them durable. Rejects with a coded error when it did not in time or never will, when too much waits
   * (BUSY) and when the last exporter was shut down (EXPORTER_SHUT_DOWN).
   */
  async send(signal: 'logs' | 'traces', otlp: Uint8Array): Promise<void> {
    if (this.#closing)
      throw new TacetError('EXPORTER_SHUT_DOWN', 'the exporters of this writer are shut down');
    const { rows, message } = decodeOtlpBody(signal, 'protobuf', otlp);
    if (message !== undefined) this.#warn(`not taken: ${message}`);
    const bytes = rows.bytes.length;
    if (this.#queuedBytes > 0 && this.#queuedBytes + bytes > (this.#options.maxQueueBytes ?? QUEUE_BYTES))
      throw new TacetError('BUSY', 'too much is waiting to be sent');
    this.#queuedBytes += bytes;
    const sent = this.#deliver(rows).finally(() => {
      this.#queuedBytes -= bytes;
      this.#sending.delete(sent);
    });
    this.#sending.add(sent);
    return sent;
  }

  /** Hastens what is on its way, and resolves when each of it is durable or has failed. */
  async flush(): Promise<void> {
    const sending = [...this.#sending];
    if (sending.length === 0) return;
    // Resolves only once the store takes segments again, which the exports themselves do not wait for.
    void this.#opening?.then(({ gateway }) => gateway.flush()).catch(() => {});
    await Promise.allSettled(sending);
  }

  async #close(): Promise<void> {
    await this.flush();
    const closed = this.#opening?.then((writer) => writer.close());
    const late = sleep(this.#timeout, undefined, { ref: false }).then(() => {
      throw new TacetError('STORE_UNAVAILABLE', 'the server did not answer in time');
    });
    await Promise.race([closed, late]).catch((error) =>
      this.#warn(`the end of the session could not be signed at the server (${codeOf(error) ?? 'INTERNAL'})`),
    );
  }

  /** Tries until the server has it, for as long as an export may take. */
  async #deliver(rows: Rows): Promise<void> {
    const mark = new Uint8Array(randomBytes(16));
    const key = keyOf(mark);
    const ended = new AbortController();
    const deadline = performance.now() + this.#timeout;
    const late = sleep(this.#timeout, undefined, { signal: ended.signal }).then(() => {
      throw new TacetError('STORE_UNAVAILABLE', 'the server did not take it in time');
    });
    this.#marks.set(key, false);
    try {
      await Promise.race([late, this.#attempts(rows, mark, deadline)]);
    } finally {
      ended.abort();
      late.catch(() => {});
      this.#marks.delete(key);
    }
  }

  async #attempts(rows: Rows, mark: Uint8Array, deadline: number): Promise<void> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LAST_WAIT_MS)) {
      try {
        const { gateway } = await this.#open();
        await gateway.accept(rows, { batch: mark });
        return;
      } catch (error) {
        const again = error instanceof TacetError && error.retry && performance.now() + wait < deadline;
        if (!again) throw error;
      }
      await sleep(wait);
      // What failed may have been sealed already, and is then sent until it is stored: not twice.
      await this.#opening?.then(({ gateway }) => gateway.flush()).catch(() => {});
      // Nobody waits any more when the marks are gone.
      if (this.#marks.get(keyOf(mark)) !== false) return;
    }
  }

  #open(): Promise<RemoteWriter> {
    const { to, state } = this.#options;
    this.#opening ??= readWriterState(state)
      .then(
        (read) =>
          new RemoteWriter({
            url: to,
            state: read,
            fetch: untraced,
            stored: (segments) => {
              for (const { batches } of segments)
                for (const batch of batches)
                  if (this.#marks.has(keyOf(batch))) this.#marks.set(keyOf(batch), true);
            },
            warn: (text) => this.#warn(text),
          }),
      )
      .catch((error) => {
        this.#opening = undefined;
        throw error;
      });
    return this.#opening;
  }

  #warn(text: string): void {
    if (this.#options.warn) this.#options.warn(text);
    else process.stderr.write(`tacet: ${text}\n`);
  }
}
