/**
 * How a writer far from the store hands its segments in (docs/gateway.md). All four routes ask for an
 * ingest token; what they take is signed by a certified writer, and is ciphertext.
 *
 *   GET  authority   answer: `AuthorityMessage` without grants
 *   POST sessions    body: a session record; 204 once it is durable
 *   POST segments    body: a stream of `sent` segments; 204 once all of them are durable
 *   POST statements  body: a heartbeat or closing record; 204 once it is in the trail
 *   POST known       body: resend marks, 16 bytes each; answer: one byte each, 1 for stored, else 0
 */
export const SEALED_ROUTES = {
  authority: '/v1/sealed/authority',
  sessions: '/v1/sealed/sessions',
  segments: '/v1/sealed/segments',
  statements: '/v1/sealed/statements',
  known: '/v1/sealed/known',
} as const;

export const SEALED_LIMITS = {
  /** Bytes of a record: as long as a signed record may be. */
  recordBytes: 65_536,
  /** Segments in one request, and marks asked for at once. */
  segments: 64,
  marks: 1_024,
  /** Bytes of a body of segments that a sender fills unless a single segment is larger. */
  bodyBytes: 32 * 1024 * 1024,
} as const;
