import { codeOf, TacetError } from '@tacet/records';
import type { Signal } from './batch.ts';
import type { OtlpEncoding } from './decode.ts';
import { BYTES, field, VARINT, WireReader } from './wire.ts';

/** An HTTP answer, ready to be sent. Header names are in lower case. */
export interface OtlpReply {
  status: number;
  headers: { [name: string]: string };
  body: Uint8Array<ArrayBuffer>;
}

/** The statuses after which an OTLP client sends the same body again; all others are final. */
export const RETRIED_STATUSES: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const CONTENT_TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/** google.rpc.Code for the HTTP statuses that the receiver gives. */
const RPC_CODES: ReadonlyMap<number, number> = new Map([
  [400, 3],
  [401, 16],
  [403, 7],
  [404, 5],
  [405, 12],
  [409, 10],
  [410, 5],
  [413, 8],
  [415, 3],
  [429, 8],
  [500, 13],
  [502, 14],
  [503, 14],
  [504, 4],
]);

/**
 * The answer to a request that was taken, wholly or in part: an ExportLogsServiceResponse or
 * ExportTraceServiceResponse in the encoding of the request. Clients never send a partly refused
 * request again.
 *
 * @param outcome how many records were refused and why; a message with none refused is a warning
 */
export function otlpResponse(
  signal: Signal,
  encoding: OtlpEncoding,
  outcome: { rejected: number; message?: string } = { rejected: 0 },
): OtlpReply {
  const { rejected, message = '' } = outcome;
  const unset = rejected === 0 && message === '';
  const headers = { 'content-type': CONTENT_TYPES[encoding] };
  if (encoding === 'protobuf') {
    const partial = [...varintField(1, rejected), ...textField(2, message)];
    return {
      status: 200,
      headers,
      body: Uint8Array.from(unset ? [] : [0x0a, ...varint(partial.length), ...partial]),
    };
  }
  const rejectedName = signal === 'logs' ? 'rejectedLogRecords' : 'rejectedSpans';
  // 64-bit integers are strings in protobuf's JSON.
  const partial = { [rejectedName]: String(rejected), errorMessage: message };
  return { status: 200, headers, body: text(JSON.stringify(unset ? {} : { partialSuccess: partial })) };
}

/**
 * The answer to a request that was not taken: a google.rpc.Status in the encoding of the request.
 * Any error but a TacetError is told as INTERNAL, without its text.
 *
 * @param encoding of the request; when that is unknown, JSON
 * @param retryAfter seconds, for statuses that are retried
 */
export function otlpError(error: unknown, encoding: OtlpEncoding = 'json', retryAfter = 1): OtlpReply {
  const known = codeOf(error) ? (error as TacetError) : new TacetError('INTERNAL', 'The server failed');
  const message = `${known.code}: ${known.message}`;
  const code = RPC_CODES.get(known.status) ?? 2;
  const headers: OtlpReply['headers'] = { 'content-type': CONTENT_TYPES[encoding] };
  if (RETRIED_STATUSES.has(known.status)) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfter)));
  const body =
    encoding === 'protobuf'
      ? Uint8Array.from([...varintField(1, code), ...textField(2, message)])
      : text(JSON.stringify({ code, message }));
  return { status: known.status, headers, body };
}

/** Code and message of a google.rpc.Status in protobuf, as `otlpError` writes it. @throws PROTOBUF_INVALID */
export function readStatus(body: Uint8Array): { code: number; message: string } {
  const reader = new WireReader(body);
  const status = { code: 0, message: '' };
  while (reader.more()) {
    const tag = reader.tag();
    if (tag === field(1, VARINT)) status.code = reader.varint();
    else if (tag === field(2, BYTES)) status.message = reader.string();
    else reader.skip(tag);
  }
  return status;
}

function text(value: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(value);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest % 128) | 0x80);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function varintField(number: number, value: number): number[] {
  return value === 0 ? [] : [number << 3, ...varint(value)];
}

function textField(number: number, value: string): number[] {
  const bytes = text(value);
  return bytes.length === 0 ? [] : [(number << 3) | 2, ...varint(bytes.length), ...bytes];
}
