export { createDetector, type Detector } from './detector.ts';
export type { Keyword, Next, RunClass } from './keywords/keyword.ts';
export { MAX_ASSIGNMENT_GAP, MAX_CREDENTIALS } from './keywords/keyword.ts';
export { satisfied } from './keywords/satisfied.ts';
export { type Found, fingerprint, MARKER, marker } from './marker.ts';
export type { Rule, Severity } from './rule.ts';
export { RULES } from './rules/index.ts';
export type { Finding } from './scan/finding.ts';
