import { release, TacetError } from '@tacet/records';
import { platform } from '#platform';
import { wipe } from '../encoding/bytes.ts';
import type { Codec } from './header.ts';

/** No padded plain text is shorter. */
export const MIN_PADDED_BYTES = 2048;
/** Rows of one segment, joined: at most 16 MiB. Nothing is decompressed further. */
export const MAX_ROWS_BYTES = 16 << 20;
/** Length of the rows and length of the body, 4 bytes each, before the body. */
const PREFIX_BYTES = 8;
/** A zstd frame may ask for no larger window: what a reader would have to allocate. */
const MAX_WINDOW_BYTES = 8 << 20;

/**
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019): the length
 * keeps only the leading bits that matter, at most 12 % more. @param length 2 to 2^31.
 */
export function padme(length: number): number {
  const exponent = 31 - Math.clz32(length);
  const kept = 32 - Math.clz32(exponent);
  const step = 2 ** (exponent - kept);
  return Math.ceil(length / step) * step;
}

/** How long the padded plain text of a body is. */
export function paddedLength(bodyBytes: number): number {
  return padme(Math.max(MIN_PADDED_BYTES, PREFIX_BYTES + bodyBytes));
}

/** Whether some body has that padded length. */
export function isPaddedLength(length: number): boolean {
  return length >= MIN_PADDED_BYTES && padme(length) === length;
}

/**
 * Rows compressed, with their lengths before them and zeros after: u32 rows' bytes ‖ u32 body's bytes ‖
 * body ‖ zeros.
 */
export function packRows(rows: Uint8Array, codec: Codec): Uint8Array {
  const body = codec === 'zstd' ? platform.zstdCompress!(rows) : rows;
  const padded = new Uint8Array(paddedLength(body.length));
  const view = new DataView(padded.buffer);
  view.setUint32(0, rows.length);
  view.setUint32(4, body.length);
  padded.set(body, PREFIX_BYTES);
  if (body !== rows) {
    wipe(body);
    release(body);
  }
  return padded;
}

function unpad(padded: Uint8Array): { length: number; body: Uint8Array } {
  const fail = (what: string): never => {
    throw new TacetError('SEGMENT_PADDING', `the padding is not the one that the format makes: ${what}`);
  };
  const view = new DataView(padded.buffer, padded.byteOffset, padded.byteLength);
  const length = view.getUint32(0);
  const end = PREFIX_BYTES + view.getUint32(4);
  if (end > padded.length || padded.length !== paddedLength(end - PREFIX_BYTES)) fail('its length');
  for (let i = end; i < padded.length; i++) if (padded[i] !== 0) fail('it is not zero');
  return { length, body: padded.subarray(PREFIX_BYTES, end) };
}

/**
 * What a zstd frame (RFC 8878, section 3.1.1.1) declares, read before a decoder sees it: a frame with
 * no content size, a dictionary or a window beyond the cap never reaches one.
 */
function frameContentSize(frame: Uint8Array): number | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < 6 || view.getUint32(0, true) !== 0xfd2fb528) return undefined;
  const descriptor = frame[4]!;
  const singleSegment = (descriptor & 0x20) !== 0;
  if ((descriptor & 0x0b) !== 0) return undefined;
  const sizeBytes = [singleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  let at = 5;
  if (!singleSegment) {
    const byte = frame[at++]!;
    const base = 2 ** (10 + (byte >> 3));
    if (base + (base / 8) * (byte & 7) > MAX_WINDOW_BYTES) return undefined;
  }
  if (sizeBytes === 0 || at + sizeBytes > frame.length) return undefined;
  if (sizeBytes === 1) return frame[at]!;
  if (sizeBytes === 2) return view.getUint16(at, true) + 256;
  if (sizeBytes === 4) return view.getUint32(at, true);
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
}

/**
 * The rows of a padded plain text, or an error and nothing.
 * @throws TacetError SEGMENT_PADDING, SEGMENT_DECOMPRESSION.
 */
export function unpackRows(padded: Uint8Array, codec: Codec): Uint8Array {
  const { length, body } = unpad(padded);
  const fail = (what: string): never => {
    throw new TacetError('SEGMENT_DECOMPRESSION', `the rows do not come out: ${what}`);
  };
  if (length > MAX_ROWS_BYTES) fail('more than a segment may hold');
  if (codec === 'none') return body.length === length ? body.slice() : fail('not as long as declared');
  if (frameContentSize(body) !== length) fail('the frame declares another length');
  let rows: Uint8Array;
  try {
    rows = platform.zstdDecompress(body, length);
  } catch {
    return fail('the frame is broken');
  }
  return rows.length === length ? rows : fail('not as long as declared');
}
