import { createHmac } from 'node:crypto';

const HOUR = 3_600_000;
const LABEL = Buffer.from('tacet/v1/batch');

/**
 * The key of one hour: HKDF-SHA-256-Expand (RFC 5869) of the secret to 32 bytes, with
 * `tacet/v1/batch` and the hour's number since 1970, 64 bits big-endian, for info.
 */
function hourKey(secret: Uint8Array, hour: number): Uint8Array {
  const info = Buffer.alloc(9);
  info.writeBigInt64BE(BigInt(hour));
  info[8] = 1;
  return createHmac('sha256', secret).update(LABEL).update(info).digest();
}

/**
 * Keys for `batchId`. Look a batch up under both, as a resend may cross the hour; record it under
 * `current`.
 *
 * @param secret 32 bytes that the writer persists
 * @param now milliseconds since 1970
 */
export function batchKeys(secret: Uint8Array, now: number): { current: Uint8Array; previous: Uint8Array } {
  const hour = Math.floor(now / HOUR);
  return { current: hourKey(secret, hour), previous: hourKey(secret, hour - 1) };
}

/**
 * Recognises a batch that is sent again: the first 16 bytes of HMAC-SHA-256(key, lp(source) ‖ SHA-256(body)), lp being a
 * 4-byte big-endian length before the bytes.
 *
 * @param source who sends: the id of the ingest token
 * @param digest of the body after decompression, by SHA-256
 */
export function batchId(key: Uint8Array, source: string, digest: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(source));
  const mac = createHmac('sha256', key).update(length).update(source).update(digest);
  return new Uint8Array(mac.digest().subarray(0, 16));
}
