import { promisify } from 'node:util';
import { constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { TacetError } from '@tacet/records';
import type { Limits } from './limits.ts';

export type Encoding = 'identity' | 'gzip' | 'zstd' | 'deflate';

/** Output is produced in pieces of this size; a bomb is stopped within one of them. */
const CHUNK = 256 * 1024;
/**
 * A zstd frame names the memory that it needs before it gives a byte. RFC 9659 allows 8 MiB over
 * HTTP; without this a few bytes could ask for 128 MiB.
 */
const ZSTD_WINDOW_LOG = 23;

/** The one encoding that a `Content-Encoding` header names. @throws ENCODING_UNSUPPORTED */
export function encodingOf(header: string | null | undefined): Encoding {
  switch ((header ?? '').trim().toLowerCase()) {
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'zstd':
      return 'zstd';
    case 'deflate':
      return 'deflate';
    default:
      throw new TacetError(
        'ENCODING_UNSUPPORTED',
        'Content-Encoding may be one of gzip, zstd, deflate, identity',
      );
  }
}

/** The cap on a body as it arrives. @throws BODY_TOO_LARGE */
export function checkBodySize(bytes: number, limits: Limits): void {
  if (bytes > limits.bodyBytes) {
    throw new TacetError('BODY_TOO_LARGE', `A body may have ${limits.bodyBytes} bytes`);
  }
}

export function tooLargeDecompressed(limits: Limits): TacetError {
  return new TacetError(
    'BODY_TOO_LARGE_DECOMPRESSED',
    `A body may have ${limits.decodedBytes} bytes after decompression`,
  );
}

/** Whether deflate data has the two-byte zlib header (RFC 1950), which HTTP asks for and not all send. */
function hasZlibHeader(body: Uint8Array): boolean {
  return body.length >= 2 && (body[0]! & 0x0f) === 8 && ((body[0]! << 8) | body[1]!) % 31 === 0;
}

/**
 * Decompresses a request body. The work is done off the event loop, in pieces, and stops at the cap.
 *
 * @param header the `Content-Encoding` header: gzip, zstd, deflate (with zlib header or raw), identity
 * @throws BODY_TOO_LARGE, BODY_TOO_LARGE_DECOMPRESSED, ENCODING_UNSUPPORTED, DECOMPRESSION_FAILED
 */
export async function decompress(
  body: Uint8Array,
  header: string | null | undefined,
  limits: Limits,
): Promise<Uint8Array> {
  const encoding = encodingOf(header);
  checkBodySize(body.byteLength, limits);
  if (encoding === 'identity') {
    if (body.byteLength > limits.decodedBytes) throw tooLargeDecompressed(limits);
    return body;
  }
  const options = { maxOutputLength: limits.decodedBytes, chunkSize: CHUNK };
  try {
    if (encoding === 'gzip') return await promisify(gunzip)(body, options);
    if (encoding === 'zstd') {
      const params = { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG };
      return await promisify(zstdDecompress)(body, { ...options, params });
    }
    return await (hasZlibHeader(body) ? promisify(inflate) : promisify(inflateRaw))(body, options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLargeDecompressed(limits);
    throw new TacetError('DECOMPRESSION_FAILED', `The body is not ${encoding} data`);
  }
}
