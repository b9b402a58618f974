import type { Readable } from '../finding.ts';
import type { Examination, Probe } from '../probing/probe.ts';
import { type HttpReply, type HttpRequest, type Wire, WireError } from '../probing/wire.ts';
import { parseJson } from '../reading/json.ts';
import { largest, type Named } from '../reading/readable.ts';
import { telling } from '../reading/telling.ts';

/** An answer and what it says if it is JSON; undefined if it is none. */
export interface Answer extends HttpReply {
  readonly json: unknown;
}

export type Ask = (request: HttpRequest) => Promise<Answer>;

/** What is read once a service is known to be open. */
export interface Read {
  readonly version?: string | undefined;
  readonly named?: readonly Named[];
}

/** A service over HTTP that shows by one answer whether it is open. */
export interface HttpService extends Pick<Probe, 'service' | 'name' | 'ports' | 'check' | 'optIn'> {
  /** The request whose answer decides. */
  readonly asks: HttpRequest;
  /** Further requests, as in `packets`. */
  readonly further?: readonly string[];
  /** What in the answer shows this service, open to a stranger; undefined, or nothing, when it does not. */
  open(answer: Answer, ask: Ask): Promise<string | undefined> | string | undefined;
  /** Whether it is this service and asks who asks. */
  guarded(answer: Answer, ask: Ask): Promise<boolean> | boolean;
  /** Whether it is this service, though neither open nor guarded is shown. */
  unclear?(answer: Answer, ask: Ask): Promise<boolean> | boolean;
  reads?(answer: Answer, ask: Ask): Promise<Read> | Read;
  /** Doors that a guarded service leaves ajar. */
  beside?(answer: Answer, ask: Ask): Promise<NonNullable<Examination['beside']>>;
}

/** A request as a person reads it: `POST /v3/kv/range {"key":"AA=="}`. Of headers the names. */
export function lineOf({ method = 'GET', path, headers = {}, body }: HttpRequest): string {
  const names = Object.keys(headers).filter((name) => name !== 'content-type');
  const also = names.length > 0 ? `with ${names.join(', ')}` : undefined;
  return [method, path, body, also].filter((part) => part !== undefined).join(' ');
}

export function post(path: string, body: unknown): HttpRequest {
  return {
    method: 'POST',
    path,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

/** Asks over a wire, the same only once: an answer holds while one probe looks. */
export function asker(wire: Wire): Ask {
  const answers = new Map<string, Promise<Answer>>();
  const fresh = async (request: HttpRequest) => {
    const reply = await wire.http(request);
    return { ...reply, json: parseJson(reply.body, reply.cut) };
  };
  return (request) => {
    const key = lineOf(request);
    const known = answers.get(key) ?? fresh(request);
    answers.set(key, known);
    return known;
  };
}

/** What an answer that is shown as it is says: status and beginning. */
export function said(answer: HttpReply): string {
  return `HTTP ${answer.status}: ${telling(answer.body)}`;
}

/** A probe that asks first and looks further only when the answer gives reason to. */
export function httpProbe(service: HttpService): Probe {
  const { asks, further = [], open, guarded, unclear, reads, beside, ...facts } = service;
  const request = lineOf(asks);
  return {
    ...facts,
    speaks: 'http',
    packets: [request, ...further],
    async examine(wire) {
      const ask = asker(wire);
      const answer = await ask(asks);
      const shown = await open(answer, ask);
      if (shown)
        return {
          verdict: 'open',
          proof: { request, reply: `HTTP ${answer.status}: ${telling(shown)}` },
          ...(await readOf(async () => reads?.(answer, ask))),
        };
      const proof = { request, reply: said(answer) };
      if (await guarded(answer, ask)) {
        const ajar = (await beside?.(answer, ask)) ?? [];
        return { verdict: 'asks-auth', proof, ...(ajar.length > 0 && { beside: ajar }) };
      }
      if (await unclear?.(answer, ask)) return { verdict: 'indeterminate', proof };
      return { verdict: 'other-service' };
    },
  };
}

/** What could be read; nothing when the service breaks off: it is open all the same. */
async function readOf(
  read: () => Promise<Read | undefined>,
): Promise<Pick<Examination, 'version' | 'readable'>> {
  const found: { version?: string; readable?: readonly Readable[] } = {};
  try {
    const { version, named } = (await read()) ?? {};
    if (version) found.version = telling(version, 60);
    const readable = largest(named ?? []);
    if (readable.length > 0) found.readable = readable;
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
  }
  return found;
}
