export { decompress } from './decompress.ts';
export { memberOf } from './dialects/index.ts';
export { parseDocument } from './document.ts';
export type { ReadBatch } from './files/batch.ts';
export { type ParquetRows, readParquetRows } from './files/parquet.ts';
export { readEvents } from './files/read.ts';
export type { FileFormat } from './files/sniff.ts';
export { type FileSource, openSource } from './files/source.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { eventFromJson, eventFromLine, JsonLines, type LineContext } from './lines/index.ts';
export type { DecodedBatch, Signal } from './otlp/batch.ts';
export {
  decodeOtlp,
  decodeOtlpBody,
  type OtlpEncoding,
  type OtlpRequest,
  otlpEncoding,
} from './otlp/decode.ts';
export { type OtlpReply, otlpError, otlpResponse, RETRIED_STATUSES, readStatus } from './otlp/response.ts';
export { batchId, batchKeys } from './resend.ts';
