// The quick way from a record of OTLP in protobuf to the row that is sealed, without objects between. The reference
// is ../../src/otlp: whatever is unusual here, valid or not, is left to it, and it alone refuses.
import {
  LEARNED, LEARNED_END, RECORD, RECORD_MAX, ROW, SERVICE, SERVICE_MAX, TAIL, TAIL_MAX, WORD, WORDS,
} from './layout';

export { log } from './log';
export { forget } from './names';
export { share } from './row';
export { span } from './span';

export const atRecord: usize = RECORD;
export const recordMax: usize = RECORD_MAX;
export const atRow: usize = ROW;
export const atService: usize = SERVICE;
export const serviceMax: usize = SERVICE_MAX;
export const atTail: usize = TAIL;
export const tailMax: usize = TAIL_MAX;
export const atWords: usize = WORDS;
export const wordSize: usize = WORD;
export const atLearned: usize = LEARNED;
export const learnedEnd: usize = LEARNED_END;
