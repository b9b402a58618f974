import { FIELDS } from '../dialects/dialect.ts';
import { LEVELS } from '../severity.ts';
import { EXTRA, SPAN_KINDS, STATUSES } from './record.ts';

const texts = (values: readonly string[]) => values.map((value) => JSON.stringify(value));
const names = (values: readonly string[]) => values.map((value) => `${JSON.stringify(value)}:`);

/** The texts that the kernel makes rows of, in the order that ../../assembly/otlp knows. */
export const WORDS: readonly string[] = [
  ...['null', 'true', 'false', '""', '"unknown_service"'],
  ...['{"time":"', '","kind":"log"', '","kind":"span"'],
  ...[',"attributes":{', ',"events":[', ',"links":['],
  ...texts(LEVELS),
  ...texts(STATUSES.slice(1)),
  ...texts(SPAN_KINDS.slice(1)),
  ...names(Object.values(EXTRA)),
  ...names(['name', 'time', 'attributes', 'dropped_attributes_count']),
  ...names(['trace_id', 'span_id', 'trace_state', 'flags']),
  ...FIELDS.map((field) => `,${JSON.stringify(field)}:`),
];
