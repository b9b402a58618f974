const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const table = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  table[byte] = value;
}

/** CRC-32 (IEEE 802.3) of an ASCII text. */
export function crc32(text: string): number {
  let value = 0xffffffff;
  for (let i = 0; i < text.length; i++) value = (value >>> 8) ^ table[(value ^ text.charCodeAt(i)) & 0xff]!;
  return (value ^ 0xffffffff) >>> 0;
}

/** Whether `secret` ends in the checksum of what stands between its prefix and that. */
export function endsInChecksum(secret: string): boolean {
  const body = secret.slice(secret.indexOf('_') + 1);
  return body.length > 6 && checksum62(body.slice(0, -6)) === body.slice(-6);
}

/** CRC-32 in six digits of base 62, as GitHub and npm end their tokens ("Behind GitHub's new authentication token formats", 2021). */
export function checksum62(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = DIGITS[rest % 62]! + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
