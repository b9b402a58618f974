// Numbers of the texts at WORDS; ../../src/otlp/words.ts has the texts in this order.
export const NULL: u32 = 0;
export const TRUE: u32 = 1;
export const FALSE: u32 = 2;
export const NOTHING: u32 = 3; // ""
export const UNKNOWN_SERVICE: u32 = 4;
export const BEGIN: u32 = 5;
export const LOG: u32 = 6;
export const SPAN: u32 = 7;
export const ATTRIBUTES: u32 = 8;
export const EVENTS: u32 = 9;
export const LINKS: u32 = 10;
export const LEVELS: u32 = 11; // trace to fatal
export const STATUSES: u32 = 17; // ok, error
export const KINDS: u32 = 19; // internal to consumer
export const SEVERITY_TEXT: u32 = 24;
export const SEVERITY_NUMBER: u32 = 25;
export const OBSERVED_TIME: u32 = 26;
export const FLAGS: u32 = 27;
export const DROPPED_ATTRIBUTES: u32 = 28;
export const SPAN_KIND: u32 = 29;
export const TRACE_STATE: u32 = 30;
export const DROPPED_EVENTS: u32 = 31;
export const DROPPED_LINKS: u32 = 32;
// Of events and links of a span.
export const MEMBER_NAME: u32 = 33;
export const MEMBER_TIME: u32 = 34;
export const MEMBER_ATTRIBUTES: u32 = 35;
export const MEMBER_DROPPED: u32 = 36;
export const MEMBER_TRACE_ID: u32 = 37;
export const MEMBER_SPAN_ID: u32 = 38;
export const MEMBER_TRACE_STATE: u32 = 39;
export const MEMBER_FLAGS: u32 = 40;
/** Of the event's first field; the others follow in their order. */
export const FIRST_FIELD: u32 = 41;
