import { Line, type TlsSettings } from './line.ts';
import { Pace } from './pace.ts';
import { type Endpoint, subjectOf, WireError } from './wire.ts';

/** What one connection may take, whatever the other side does. */
export interface Limits {
  /** Until connected, the TLS handshake included; milliseconds. */
  readonly connect: number;
  /** From connecting to the end; milliseconds. */
  readonly total: number;
  /** While nothing is received at all; milliseconds. */
  readonly silence: number;
  /** Received bytes. */
  readonly bytes: number;
}

export const LIMITS: Limits = { connect: 3000, total: 10_000, silence: 4000, bytes: 1 << 20 };

/** One thing that was sent, as the record of the audit has it. */
export interface Packet {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `tcp://10.0.0.5:9000`, `tls://[2001:db8::1]:443`. */
  readonly to: string;
  /** A connection that is opened, a TLS handshake that is begun, bytes that are sent. */
  readonly what: 'connect' | 'handshake' | 'send';
  readonly bytes?: Uint8Array;
}

/** What one connection has of its own. */
export interface TalkSettings {
  readonly limits?: Partial<Limits>;
  readonly tls?: TlsSettings;
}

export interface OutletSettings {
  readonly limits?: Partial<Limits>;
  readonly pace?: Pace;
  /** Hears of every packet before it is sent; when it throws, nothing is sent. */
  readonly record?: (packet: Packet) => void;
  readonly signal?: AbortSignal;
  /** Certificates of authorities, PEM, instead of the system's: any certificate is probed, but not any is good. */
  readonly authorities?: readonly string[];
}

/**
 * The one place through which everything that the audit sends goes: it keeps the pace and the limits,
 * and writes down what is sent.
 */
export class Outlet {
  readonly #limits: Limits;
  readonly #pace: Pace;
  readonly #record: (packet: Packet) => void;
  readonly #signal: AbortSignal;
  readonly #tls: TlsSettings;

  constructor({ limits, pace, record, signal, authorities }: OutletSettings = {}) {
    this.#limits = { ...LIMITS, ...limits };
    this.#pace = pace ?? new Pace();
    this.#record = record ?? (() => {});
    this.#signal = signal ?? new AbortController().signal;
    this.#tls = authorities ? { ca: [...authorities] } : {};
  }

  /**
   * Opens a connection, hands it over, and closes it whatever happens; `limits`, where they are tighter, and
   * `tls` hold for this one.
   * Throws WireError.
   */
  talk<Answer>(
    endpoint: Endpoint,
    speak: (line: Line) => Promise<Answer>,
    { limits, tls }: TalkSettings = {},
  ): Promise<Answer> {
    return this.#pace.run(endpoint.address, this.#signal, async () => {
      const to = subjectOf({ ...endpoint, host: endpoint.address });
      const line = new Line(endpoint, {
        limits: tighter(this.#limits, limits),
        tls: { ...this.#tls, ...tls },
        record: (what, bytes) => this.#record({ at: Date.now(), to, what, ...(bytes && { bytes }) }),
      });
      const stop = () => line.close(new WireError('timeout'));
      this.#signal.addEventListener('abort', stop, { once: true });
      try {
        await line.open();
        return await speak(line);
      } catch (error) {
        this.#signal.throwIfAborted();
        throw error;
      } finally {
        this.#signal.removeEventListener('abort', stop);
        line.close();
      }
    });
  }
}

function tighter(limits: Limits, others: Partial<Limits> = {}): Limits {
  const less = (name: keyof Limits) => Math.min(limits[name], others[name] ?? Number.POSITIVE_INFINITY);
  return {
    connect: less('connect'),
    total: less('total'),
    silence: less('silence'),
    bytes: less('bytes'),
  };
}
