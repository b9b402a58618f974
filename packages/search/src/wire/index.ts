export * from './messages.ts';
export {
  decodeSegments,
  encodeEnd,
  encodeFailure,
  encodeSegment,
  encodeStart,
  SEGMENTS_TYPE,
  type WireSegment,
} from './segments.ts';
export * from './text.ts';
