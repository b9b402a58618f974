import { ERROR_CODES, type ErrorCode, TacetError } from '@tacet/records';
import { ChunkReader } from './chunks.ts';

/**
 * The stream of released segments (docs/search.md, "The stream of released segments"):
 *
 *   stream  = "TACETSEG" version(1 byte) frame* last
 *   frame   = length(4, big-endian, of what follows) kind(1) body
 *   segment = kind 1: id(16), then each after its length(4): header, salt, commitment, signature,
 *             ciphertext, filter, clear, share
 *   sent    = kind 4: as a segment, and after its length(4): batches, 16 bytes each
 *   last    = kind 2: number of segments(4), or kind 3: an error code in ASCII
 *
 * The last frame tells a whole stream from one that was cut off. Readers get segments; writers far from
 * the store send theirs as `sent`, in the body of a request.
 */
export const SEGMENTS_TYPE = 'application/vnd.tacet.segments';

const MAGIC = new TextEncoder().encode('TACETSEG\u0001');
const KIND = { segment: 1, end: 2, failure: 3, sent: 4 } as const;
const ID_BYTES = 16;
const MAX_CODE_BYTES = 64;
/** 16 MiB of rows that do not compress, their padding, clear columns of as many rows as there may be. */
const MAX_FRAME_BYTES = 48 * 1024 * 1024;

const FIELDS = [
  'header',
  'salt',
  'commitment',
  'signature',
  'ciphertext',
  'filter',
  'clear',
  'share',
] as const;
const SENT_FIELDS = [...FIELDS, 'batches'] as const;

/** A released segment as it travels; `clear` is in the canonical bytes of `encodeClear`. */
export type WireSegment = WireParts<(typeof FIELDS)[number]>;
/** A segment as its writer sends it; `batches` are the resend marks of its rows, 16 bytes each. */
export type SentSegment = WireParts<(typeof SENT_FIELDS)[number]>;
type WireParts<Field extends string> = { id: Uint8Array } & { [F in Field]: Uint8Array };

/** The first bytes of a stream. */
export function encodeStart(): Uint8Array {
  return MAGIC.slice();
}

export function encodeSegment(segment: WireSegment): Uint8Array {
  return encodeParts(KIND.segment, segment, FIELDS);
}

export function encodeSent(segment: SentSegment): Uint8Array {
  return encodeParts(KIND.sent, segment, SENT_FIELDS);
}

function encodeParts<F extends string>(
  kind: number,
  segment: WireParts<F>,
  fields: readonly F[],
): Uint8Array {
  const length = 1 + ID_BYTES + fields.reduce((sum, name) => sum + 4 + segment[name].length, 0);
  const { bytes, view } = frame(length, kind);
  let at = 5;
  bytes.set(segment.id, at);
  at += ID_BYTES;
  for (const name of fields) {
    view.setUint32(at, segment[name].length);
    bytes.set(segment[name], at + 4);
    at += 4 + segment[name].length;
  }
  return bytes;
}

/** The last frame of a whole answer. */
export function encodeEnd(segments: number): Uint8Array {
  const { bytes, view } = frame(5, KIND.end);
  view.setUint32(5, segments);
  return bytes;
}

/** The last frame of an answer that failed on its way. */
export function encodeFailure(code: ErrorCode): Uint8Array {
  const { bytes } = frame(1 + code.length, KIND.failure);
  bytes.set(new TextEncoder().encode(code), 5);
  return bytes;
}

function frame(length: number, kind: number): { bytes: Uint8Array; view: DataView } {
  const bytes = new Uint8Array(4 + length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, length);
  view.setUint8(4, kind);
  return { bytes, view };
}

/**
 * Reads a stream segment by segment; at most `most` of them. Every length is checked before memory is
 * taken for it. Throws RESULT_INCOMPLETE when the stream is cut off or not of this form, and the
 * sender's own error when it failed on its way.
 */
export function decodeSegments(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<WireSegment, void, undefined> {
  return decodeParts(chunks, most, KIND.segment, FIELDS);
}

/** The same of a stream of `sent` segments. */
export function decodeSent(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<SentSegment, void, undefined> {
  return decodeParts(chunks, most, KIND.sent, SENT_FIELDS);
}

async function* decodeParts<F extends string>(
  chunks: AsyncIterable<Uint8Array>,
  most: number,
  kind: number,
  fields: readonly F[],
): AsyncGenerator<WireParts<F>, void, undefined> {
  const reader = new ChunkReader(chunks);
  try {
    const magic = await reader.read(MAGIC.length);
    if (magic.some((byte, i) => byte !== MAGIC[i])) throw malformed('this is not a stream of segments');
    for (let count = 0; ; count++) {
      const length = uint32(await reader.read(4));
      if (length < 1 || length > MAX_FRAME_BYTES) throw malformed('a frame of that length does not exist');
      const body = await reader.read(length);
      if (body[0] === kind) {
        if (count >= most) throw malformed('more segments than were asked for');
        yield decodeSegment(body, fields);
        continue;
      }
      if (body[0] === KIND.failure) throw failure(body.subarray(1));
      if (body[0] !== KIND.end || length !== 5) throw malformed('a frame of an unknown kind');
      if (uint32(body.subarray(1)) !== count) throw malformed('segments are missing');
      if (!(await reader.atEnd())) throw malformed('something follows the last frame');
      return;
    }
  } finally {
    await reader.cancel();
  }
}

function decodeSegment<F extends string>(body: Uint8Array, fields: readonly F[]): WireParts<F> {
  const segment: Record<string, Uint8Array> = { id: body.subarray(1, 1 + ID_BYTES) };
  if (segment.id!.length !== ID_BYTES) throw malformed('a segment without an id');
  let at = 1 + ID_BYTES;
  for (const name of fields) {
    if (at + 4 > body.length) throw malformed('a segment lacks a part');
    const end = at + 4 + uint32(body.subarray(at, at + 4));
    if (end > body.length) throw malformed('a part is longer than its frame');
    segment[name] = body.subarray(at + 4, end);
    at = end;
  }
  if (at !== body.length) throw malformed('a segment has parts too many');
  return segment as WireParts<F>;
}

function failure(bytes: Uint8Array): TacetError {
  const code = bytes.length <= MAX_CODE_BYTES ? String.fromCharCode(...bytes) : '';
  if (!Object.hasOwn(ERROR_CODES, code)) return malformed('the server failed without saying how');
  return new TacetError(code as ErrorCode, 'the server failed while it was sending segments');
}

function uint32(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0);
}

function malformed(what: string): TacetError {
  return new TacetError('RESULT_INCOMPLETE', what);
}
