/**
 * Gives a buffer's memory back now instead of when the collector comes by: of a megabyte, that takes a fifteenth of the
 * time, and buffers of megabytes set the collector off. Only for bytes that nobody else looks at: every view of the
 * buffer is empty afterwards. Bytes that are a part of a larger buffer are left alone.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
