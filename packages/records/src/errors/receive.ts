import { bad, codes, later } from './table.ts';

/** Taking events in: decoding, limits, dialects. */
export const receiveErrors = codes({
  BODY_TOO_LARGE: { status: 413, retry: false },
  BODY_TOO_LARGE_DECOMPRESSED: { status: 413, retry: false },
  CONTENT_TYPE_UNSUPPORTED: { status: 415, retry: false },
  ENCODING_UNSUPPORTED: { status: 415, retry: false },
  DECOMPRESSION_FAILED: bad,
  PROTOBUF_INVALID: bad,
  JSON_INVALID: bad,
  OTLP_INVALID: bad,
  EVENT_TOO_LARGE: bad,
  EVENT_TOO_DEEP: bad,
  EVENT_TOO_MANY_FIELDS: bad,
  TIME_INVALID: bad,
  FILE_FORMAT_UNKNOWN: bad,
  FILE_INVALID: bad,
  FILE_UNREADABLE: bad,
  RULES_INVALID: bad,
  BUSY: later,
  EXPORTER_SHUT_DOWN: bad,
});
