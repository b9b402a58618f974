import { connect, isIP, type Socket } from 'node:net';
import { type SecureVersion, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { Limits, Packet } from './outlet.ts';
import { type Conversation, type Endpoint, WireError, type WireFailure } from './wire.ts';

/** Failures of the system's own, by their code. */
const FAILURES: Readonly<Record<string, WireFailure>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
};

/** Old and weak is still to be found: everything that OpenSSL can speak, and any certificate. */
const ANY_TLS = {
  rejectUnauthorized: false,
  minVersion: 'TLSv1',
  ciphers: 'ALL:!aNULL:@SECLEVEL=0',
} as const;

/** What of TLS may differ: authorities whose certificates are good, the newest version to speak. */
export interface TlsSettings {
  readonly ca?: string[];
  readonly maxVersion?: SecureVersion;
}

export interface LineSettings {
  readonly limits: Limits;
  readonly tls: TlsSettings;
  readonly record: (what: Packet['what'], bytes?: Uint8Array) => void;
}

/** One connection with its limits: to an endpoint, plain or TLS, opened once and closed once. */
export class Line implements Conversation {
  readonly #endpoint: Endpoint;
  readonly #settings: LineSettings;
  #socket: Socket | undefined;
  #failure: WireError | undefined;
  /** Runs from the first moment to the last, whatever else has a limit of its own. */
  #timer: NodeJS.Timeout | undefined;
  /** Received and not yet handed over: the first `#held` bytes. */
  #buffer: Uint8Array = new Uint8Array(4096);
  #held = 0;
  #total = 0;
  /** Tells whoever waits that something came, or that it is over. */
  #wake: () => void = () => {};

  constructor(endpoint: Endpoint, settings: LineSettings) {
    this.#endpoint = endpoint;
    this.#settings = settings;
  }

  async open(): Promise<void> {
    const { limits, record } = this.#settings;
    const late = () => this.close(new WireError('timeout'));
    this.#timer = setTimeout(late, limits.total);
    const connecting = setTimeout(late, limits.connect);
    try {
      record('connect');
      const { address, port } = this.#endpoint;
      const socket = connect({ host: address, port, noDelay: true });
      await this.#ready(socket, 'connect', (error) => FAILURES[error.code ?? ''] ?? 'unreachable');
      if (this.#endpoint.tls) await this.#secure(socket);
    } finally {
      clearTimeout(connecting);
    }
    this.#listen();
  }

  /**
   * Goes on behind TLS, as both sides have agreed. What came in the clear after that could be anybody's: it
   * ends the connection. Throws WireError.
   */
  async secure(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const socket = this.#socket;
    if (!socket || this.#held > 0) throw new WireError('tls');
    socket.removeAllListeners('data');
    const connecting = setTimeout(() => this.close(new WireError('timeout')), this.#settings.limits.connect);
    try {
      await this.#secure(socket);
    } finally {
      clearTimeout(connecting);
    }
    this.#listen();
  }

  #listen(): void {
    this.#socket?.on('data', (bytes: Uint8Array) => this.#take(bytes));
  }

  /** The TLS connection below, for what its certificate says; undefined when the line is plain. */
  get secured(): TLSSocket | undefined {
    return this.#endpoint.tls ? (this.#socket as TLSSocket | undefined) : undefined;
  }

  async #secure(socket: Socket): Promise<void> {
    this.#settings.record('handshake');
    const { host } = this.#endpoint;
    // RFC 6066: an address is no server name.
    const name = isIP(host) === 0 ? { servername: host } : {};
    const secure = tlsConnect({ socket, ...ANY_TLS, ...this.#settings.tls, ...name });
    await this.#ready(secure, 'secureConnect', () => 'tls').catch((error: WireError) => {
      throw error.failure === 'timeout' ? error : new WireError('tls');
    });
  }

  /** Waits until a socket is connected; from then on its end and its errors are the line's. */
  #ready(
    socket: Socket,
    event: 'connect' | 'secureConnect',
    why: (error: NodeJS.ErrnoException) => WireFailure,
  ): Promise<void> {
    this.#socket = socket;
    let ready = false;
    return new Promise((resolve, reject) => {
      const settle = () => (this.#failure ? reject(this.#failure) : resolve());
      this.#wake = settle;
      socket.once(event, () => {
        ready = true;
        settle();
      });
      socket.on('error', (error: NodeJS.ErrnoException) =>
        this.close(new WireError(ready ? (FAILURES[error.code ?? ''] ?? 'reset') : why(error))),
      );
      // What still lies in the buffer is handed over first: see `receive`.
      socket.on('end', () => this.close(new WireError('ended')));
      socket.on('close', () => this.close(new WireError('ended')));
    });
  }

  #take(bytes: Uint8Array): void {
    const room = this.#settings.limits.bytes - this.#total;
    const taken = bytes.subarray(0, Math.max(0, room));
    if (this.#held + taken.length > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(this.#held + taken.length, this.#buffer.length * 2));
      larger.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = larger;
    }
    this.#buffer.set(taken, this.#held);
    this.#held += taken.length;
    this.#total += taken.length;
    if (bytes.length > room) this.close(new WireError('too-long'));
    else this.#wake();
  }

  async send(bytes: Uint8Array): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#settings.record('send', bytes);
    const socket = this.#socket;
    await new Promise<void>((resolve, reject) => {
      this.#wake = () => this.#failure && reject(this.#failure);
      // The error itself comes as an event, and is translated there.
      socket?.write(bytes, () => resolve());
    });
  }

  async receive(enough: (received: Uint8Array) => boolean): Promise<Uint8Array> {
    for (;;) {
      const received = this.#buffer.subarray(0, this.#held);
      if (this.#held > 0 && enough(received)) {
        this.#buffer = new Uint8Array(4096);
        this.#held = 0;
        return received;
      }
      if (this.#failure) throw this.#failure;
      const timer = setTimeout(() => this.close(new WireError('timeout')), this.#settings.limits.silence);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      clearTimeout(timer);
    }
  }

  /** Ends the connection at once; the first reason stays. */
  close(reason: WireError = new WireError('ended')): void {
    clearTimeout(this.#timer);
    this.#failure ??= reason;
    this.#socket?.destroy();
    this.#wake();
  }
}
