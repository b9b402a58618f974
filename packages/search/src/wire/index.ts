export * from './authority.ts';
export * from './erasing.ts';
export * from './messages.ts';
export { SEALED_LIMITS, SEALED_ROUTES } from './sealed.ts';
export {
  decodeSegments,
  decodeSent,
  encodeEnd,
  encodeFailure,
  encodeSegment,
  encodeSent,
  encodeStart,
  SEGMENTS_TYPE,
  type SentSegment,
  type WireSegment,
} from './segments.ts';
export * from './text.ts';
