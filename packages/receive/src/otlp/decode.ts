import { type Json, TacetError } from '@tacet/records';
import { decompress } from '../decompress.ts';
import { parseExact } from '../exact.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { Batch, type DecodedBatch, type Signal } from './batch.ts';
import { decodeJson } from './json.ts';
import { decodeProtobuf } from './protobuf.ts';

export type OtlpEncoding = 'protobuf' | 'json';

export interface OtlpRequest {
  signal: Signal;
  /** The `Content-Type` header. */
  contentType: string | null | undefined;
  /** The `Content-Encoding` header. */
  contentEncoding?: string | null | undefined;
  body: Uint8Array;
  limits?: Limits;
  /** Time of receipt in milliseconds since 1970, for records that have no time. Default: now. */
  now?: number;
}

/** What a `Content-Type` header means for OTLP. @throws CONTENT_TYPE_UNSUPPORTED */
export function otlpEncoding(contentType: string | null | undefined): OtlpEncoding {
  switch ((contentType ?? '').split(';', 1)[0]!.trim().toLowerCase()) {
    case 'application/x-protobuf':
    case 'application/protobuf':
      return 'protobuf';
    case 'application/json':
      return 'json';
    default:
      throw new TacetError(
        'CONTENT_TYPE_UNSUPPORTED',
        'Content-Type must be application/x-protobuf or application/json',
      );
  }
}

/**
 * Decodes the body of `POST /v1/logs` or `/v1/traces` into canonical events. Records over a limit are
 * counted in `rejected`; an error is thrown when the body as a whole cannot be taken. Events of one
 * resource share its objects: treat them as immutable.
 *
 * @throws CONTENT_TYPE_UNSUPPORTED, ENCODING_UNSUPPORTED, DECOMPRESSION_FAILED, BODY_TOO_LARGE,
 * BODY_TOO_LARGE_DECOMPRESSED, PROTOBUF_INVALID, JSON_INVALID, OTLP_INVALID
 */
export async function decodeOtlp(request: OtlpRequest): Promise<DecodedBatch> {
  const limits = request.limits ?? DEFAULT_LIMITS;
  const encoding = otlpEncoding(request.contentType);
  const body = await decompress(request.body, request.contentEncoding, limits);
  return decodeOtlpBody(request.signal, encoding, body, limits, request.now);
}

/** The same for a body that is already decompressed. */
export function decodeOtlpBody(
  signal: Signal,
  encoding: OtlpEncoding,
  body: Uint8Array,
  limits: Limits = DEFAULT_LIMITS,
  now: number = Date.now(),
): DecodedBatch {
  if (encoding === 'protobuf') {
    const batch = new Batch(limits, now);
    decodeProtobuf(body, signal, batch);
    return batch.finish();
  }
  const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8');
  let request: Json;
  try {
    request = JSON.parse(text);
  } catch {
    throw new TacetError('JSON_INVALID', 'The body is not JSON');
  }
  const batch = new Batch(limits, now);
  if (!decodeJson(request, signal, batch).inexact) return batch.finish();
  const again = new Batch(limits, now);
  decodeJson(parseExact(text, limits, EXACT_DEPTH), signal, again);
  return again.finish();
}

/** JSON levels of the deepest event that is not refused, four to each level of an AnyValue, and some. */
const EXACT_DEPTH = 600;
