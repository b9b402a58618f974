import { type Json, RowsBuilder, TacetError } from '@tacet/records';
import { decompress } from '../decompress.ts';
import { parseExact } from '../exact.ts';
import { isJsonBomb } from '../guard.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { withoutMark } from '../mark.ts';
import { Batch, type DecodedBatch, type Signal } from './batch.ts';
import { decodeJson } from './json.ts';
import { decodeProtobuf } from './protobuf.ts';
import { RecordRows } from './rows.ts';

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
 * Decodes the body of `POST /v1/logs` or `/v1/traces` into the rows of its events. Records over a limit
 * are counted in `rejected`; an error is thrown when the body as a whole cannot be taken.
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

let quick: RecordRows | undefined;
const gathered = new RowsBuilder();

/** The same for a body that is already decompressed. */
export function decodeOtlpBody(
  signal: Signal,
  encoding: OtlpEncoding,
  body: Uint8Array,
  limits: Limits = DEFAULT_LIMITS,
  now: number = Date.now(),
): DecodedBatch {
  if (encoding === 'protobuf') {
    const batch = new Batch(limits, now, gathered);
    quick ??= new RecordRows();
    decodeProtobuf(body, signal, batch, quick);
    return batch.finish();
  }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const text = withoutMark(bytes).toString('utf8');
  if (isJsonBomb(text, JSON_DEPTH)) {
    throw new TacetError('OTLP_INVALID', 'The body is nested too deeply or holds too many values');
  }
  let request: Json;
  try {
    request = JSON.parse(text);
  } catch {
    throw new TacetError('JSON_INVALID', 'The body is not JSON');
  }
  const batch = new Batch(limits, now);
  if (!decodeJson(request, signal, batch).inexact) return batch.finish();
  return decodeExactly(text, signal, limits, now) ?? batch.finish();
}

/** Levels up to which a too deep record is refused alone; a body beyond is refused whole. */
const JSON_DEPTH = 100_000;
/** JSON levels of the deepest event that is not refused, four to each level of an AnyValue, and some. */
const EXACT_DEPTH = 600;

/** The batch of a text with large numbers in it; undefined when a record is too deep to be parsed so. */
function decodeExactly(text: string, signal: Signal, limits: Limits, now: number): DecodedBatch | undefined {
  const batch = new Batch(limits, now);
  let request: Json;
  try {
    request = parseExact(text, limits, EXACT_DEPTH);
  } catch {
    return undefined;
  }
  decodeJson(request, signal, batch);
  return batch.finish();
}
