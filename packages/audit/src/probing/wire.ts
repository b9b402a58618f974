import { isIP } from 'node:net';

/** A door to knock at: an address that the owner named, never one that an answer named. */
export interface Endpoint {
  /** As the owner wrote it. */
  readonly host: string;
  /** The IPv4 or IPv6 address that `host` had when the run began. */
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
}

/** An endpoint as findings name it: `tcp://db.example.com:9000`, `tls://[2001:db8::1]:443`. */
export function subjectOf({ host, port, tls }: Pick<Endpoint, 'host' | 'port' | 'tls'>): string {
  return `${tls ? 'tls' : 'tcp'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
}

export interface HttpRequest {
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Path and query, percent-encoded. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpReply {
  readonly status: number;
  /** Names in lower case; of a repeated one, the first. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8, wrong bytes replaced, as far as it was read. */
  readonly body: string;
  /** Whether there was more than was read. */
  readonly cut: boolean;
}

/** Why there was no answer to judge. */
export type WireFailure =
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'ended'
  | 'reset'
  | 'too-long'
  | 'tls'
  | 'not-http';

/** Thrown by a wire; a probe lets it pass unless silence tells it something. */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly failure: WireFailure;
  /** Of `not-http`: what was said instead. */
  readonly received: Uint8Array;

  constructor(failure: WireFailure, received: Uint8Array = new Uint8Array()) {
    super(`no usable answer: ${failure}`);
    this.failure = failure;
    this.received = received;
  }
}

/** One connection of a protocol that is not HTTP. */
export interface Conversation {
  send(bytes: Uint8Array): Promise<void>;
  /** Reads until `enough` says so of everything received since the last call; then gives all of it. */
  receive(enough: (received: Uint8Array) => boolean): Promise<Uint8Array>;
  /** Goes on behind TLS on the same connection, once both sides have agreed to. */
  secure(): Promise<void>;
}

/**
 * What a probe may do with an endpoint. Everything has a limit in time and bytes, goes through the rate
 * limit, and is written down; redirects are answers, and never followed.
 */
export interface Wire {
  readonly endpoint: Endpoint;
  http(request: HttpRequest): Promise<HttpReply>;
  /** Opens a connection, hands it over, and closes it whatever happens. */
  talk<Answer>(speak: (conversation: Conversation) => Promise<Answer>): Promise<Answer>;
}
