export { platform } from '#platform';
export * from './authority/authority.ts';
export * from './authority/certify.ts';
export * from './authority/credential.ts';
export * from './authority/found.ts';
export * from './authority/maintain.ts';
export * from './authority/readers.ts';
export * from './authority/reissue.ts';
export * from './authority/succeed.ts';
export * from './authority/verify.ts';
export { equalBytes, toHex } from './encoding/bytes.ts';
export * from './erase/receipt.ts';
export * from './erase/statement.ts';
export * from './erase/subject.ts';
export * from './erase/without.ts';
export * from './identity/file.ts';
export * from './identity/identity.ts';
export { PERIOD_MS, PERIOD_SEGMENTS } from './keys/chain.ts';
export type { Signer } from './platform/port.ts';
export { recordHash } from './records/envelope.ts';
export { decodeEpoch, type EpochCertificate } from './records/epoch.ts';
export { decodeGrant, type Grant, RECIPIENT, readerId } from './records/grant.ts';
export { KEYRING_SESSIONS, type Keyring } from './records/keyring.ts';
export { type Liveness, verifyLiveness } from './records/liveness.ts';
export { type Delegation, decodeDelegation } from './records/operations.ts';
export {
  decodeIntroduction,
  decodeReader,
  type Introduction,
  type ReaderCertificate,
  readerFingerprint,
} from './records/reader.ts';
export { decodeRevocation, REVOKED, type Revocation } from './records/revocation.ts';
export { decodeRoot, type RootRecord } from './records/root.ts';
export { decodeSession, type SessionRecord } from './records/session.ts';
export { CAPABILITY, decodeWriter, type WriterCertificate } from './records/writer.ts';
export * from './recovery/shares.ts';
export { checkFilter } from './search/check.ts';
export * from './search/filter.ts';
export { sipHash24 } from './search/siphash.ts';
export * from './search/trapdoor.ts';
export { decodeClear, encodeClear } from './segment/clear.ts';
export { ForkWatch, type Place } from './segment/fork.ts';
export {
  type Codec,
  compareIds,
  MAX_ROWS,
  MAX_SUPERSEDES,
  parseHeader,
  type SegmentHeader,
  segmentId,
} from './segment/header.ts';
export type { SealedSegment, SegmentInput } from './segment/input.ts';
export type { OpenedSegment } from './segment/open.ts';
export { MAX_ROWS_BYTES } from './segment/padding.ts';
export type { SealedParts } from './segment/seal.ts';
export * from './session/keyring.ts';
export * from './session/reader-session.ts';
export * from './session/verify.ts';
export * from './session/writer-session.ts';
export * from './tokens.ts';
