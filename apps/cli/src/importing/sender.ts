import { setTimeout as wait } from 'node:timers/promises';
import { ERROR_CODES, type ErrorCode, type Rows, TacetError } from '@tacet/records';
import type { Server } from '@tacet/server';
import type { Connection } from '../connect.ts';

/** What became of one batch. */
export interface Sent {
  events: number;
  refused: number;
  secrets: Record<string, number>;
  /** The server had it already: nothing was stored twice. */
  resent: boolean;
}

/** Stores batches; may be called again before the last one is done. */
export interface Sender {
  /**
   * Makes the events of the rows durable. `key` names the batch: the same events under the same key are stored
   * once, however often they are sent within two hours. `bytes` is their size at the source.
   */
  send(rows: Rows, key: Uint8Array, bytes: number): Promise<Sent>;
}

/** Hands events to the server in this process: the same policy and the same way in as over HTTP. */
export async function localSender(server: Server, token: string): Promise<Sender> {
  const principal = await server.gatekeeper.admit(token, 'ingest', () => '');
  const intake = await server.intake();
  return {
    send: async (events, key, bytes) => {
      const sent = await intake.accept({ principal, source: 'import', identity: key, events, bytes });
      return { ...sent, refused: 0 };
    },
  };
}

/** When nothing was taken for so long an import gives up, in milliseconds. */
const PATIENCE_MS = 120_000;
const FIRST_WAIT_MS = 200;
const LAST_WAIT_MS = 1_000;

/**
 * Sends events to a server as JSON lines. While the server is away or busy it waits and sends the
 * same batch again; the server recognises what it has. Throws SERVER_UNREACHABLE when it took
 * none for two minutes, or the server's own error when that is final.
 */
export function httpSender(connection: Connection, token: string, stop: AbortSignal): Sender {
  /** When the server last took a batch, whichever. */
  let taken = 0;
  return {
    send: async ({ bytes: body }, key) => {
      const headers = {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/x-ndjson',
        'Tacet-Batch': Buffer.from(key).toString('hex'),
      };
      const begun = Date.now();
      for (let pause = FIRST_WAIT_MS; ; pause = Math.min(pause * 2, LAST_WAIT_MS)) {
        const sent = await attempt(connection, {
          method: 'POST',
          headers,
          body,
          signal: stop,
          redirect: 'error',
        });
        if (!(sent instanceof TacetError)) {
          taken = Date.now();
          return sent;
        }
        if (!sent.retry || Date.now() - Math.max(begun, taken) > PATIENCE_MS) throw sent;
        await wait(pause, undefined, { signal: stop });
      }
    },
  };
}

/** One try; what may be tried again comes back as a value. */
async function attempt(connection: Connection, init: RequestInit): Promise<Sent | TacetError> {
  let response: Response;
  let answer: Answer;
  try {
    response = await connection.send(new Request(`${connection.base}/v1/events`, init));
    answer = (await response.json()) as Answer;
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    return new TacetError('SERVER_UNREACHABLE', `no answer from ${connection.base}`, { cause });
  }
  if (!response.ok) return errorOf(response.status, answer);
  const { accepted = 0, refused = 0, secrets = {}, resent = false } = answer;
  return { events: accepted, refused, secrets, resent };
}

/** Body of an answer to `POST /v1/events`. */
interface Answer {
  accepted?: number;
  refused?: number;
  secrets?: Record<string, number>;
  resent?: boolean;
  error?: { code?: unknown; message?: unknown };
}

/** The error that an answer's body names, as far as this version knows it. */
export function errorOf(status: number, answer: unknown): TacetError {
  const { code, message } = (answer as { error?: { code?: unknown; message?: unknown } } | null)?.error ?? {};
  if (typeof code === 'string' && Object.hasOwn(ERROR_CODES, code) && typeof message === 'string')
    return new TacetError(code as ErrorCode, message);
  return new TacetError(
    status === 502 || status === 504 ? 'SERVER_UNREACHABLE' : 'INTERNAL',
    `the server answered ${status}`,
  );
}
