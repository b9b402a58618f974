import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Examination, Probe } from '../src/probing/probe.ts';
import type { HttpReply, HttpRequest, Wire, WireFailure } from '../src/probing/wire.ts';
import { WireError } from '../src/probing/wire.ts';

interface WrittenReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
}

/** What one server says: replies by request, or one after another in hexadecimal. */
export interface WrittenCase {
  readonly name: string;
  /** The verdict, or the failure that the wire is left with. */
  readonly verdict: string;
  readonly version?: string;
  readonly readable?: readonly object[];
  /** Checks of the findings beside. */
  readonly beside?: readonly string[];
  readonly http?: Readonly<Record<string, WrittenReply>>;
  /** The reply to every other request; 404 by default. */
  readonly otherwise?: WrittenReply;
  readonly tcp?: readonly string[];
  /** What each of `tcp` is. */
  readonly says?: readonly string[];
  /** How it ends after the last of `tcp`; silence by default. */
  readonly end?: WireFailure;
}

export interface Exchanges {
  readonly label: string;
  readonly service: string;
  readonly source: readonly string[];
  readonly cases: readonly WrittenCase[];
}

const folder = join(import.meta.dirname, '..', 'exchanges');

export const EXCHANGES: readonly Exchanges[] = globSync('*.json', { cwd: folder })
  .toSorted()
  .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')));

const endpoint = { host: '127.0.0.1', address: '127.0.0.1', port: 1, tls: false };
const BAD_REQUEST = Buffer.from('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');

function replyOf({ status, headers = {}, json, text }: WrittenReply): HttpReply {
  return { status, headers, body: text ?? JSON.stringify(json), cut: false };
}

/** What was asked of a wire: requests, and the bytes that were sent. */
export interface Asked {
  readonly requests: HttpRequest[];
  readonly sent: Uint8Array[];
}

/** A wire to a server that only has what `replies` gives; everything else as a server of its kind would. */
export function wireFrom(
  replies: { http?: (request: HttpRequest) => HttpReply; tcp?: readonly Uint8Array[]; end?: WireFailure },
  asked: Asked = { requests: [], sent: [] },
): Wire {
  return {
    endpoint,
    async http(request) {
      asked.requests.push(request);
      if (replies.http === undefined) throw new WireError('not-http');
      return replies.http(request);
    },
    talk(speak) {
      const left = [...(replies.tcp ?? [BAD_REQUEST])];
      return speak({
        async send(bytes) {
          asked.sent.push(bytes);
        },
        async secure() {},
        async receive(enough) {
          let received: Uint8Array = new Uint8Array();
          while (received.length === 0 || !enough(received)) {
            const next = left.shift();
            if (next === undefined) throw new WireError(replies.end ?? (replies.tcp ? 'timeout' : 'ended'));
            received = Buffer.concat([received, next]);
          }
          return received;
        },
      });
    },
  };
}

export function writtenWire({ http, otherwise, tcp, end }: WrittenCase, asked?: Asked): Wire {
  const nothing: WrittenReply = { status: 404, text: '404 page not found' };
  return wireFrom(
    {
      ...(tcp
        ? { tcp: tcp.map((hex) => Buffer.from(hex, 'hex')) }
        : {
            http: ({ method = 'GET', path }: HttpRequest) =>
              replyOf(http?.[`${method} ${path}`] ?? otherwise ?? nothing),
          }),
      ...(end && { end }),
    },
    asked,
  );
}

/** What a probe says; the failure, where the wire is left with one. Every other error is thrown. */
export async function outcome(probe: Probe, wire: Wire): Promise<Examination | { verdict: WireFailure }> {
  try {
    return await probe.examine(wire);
  } catch (error) {
    if (error instanceof WireError) return { verdict: error.failure };
    throw error;
  }
}
