export type { TrailProblem } from './audit/compare.ts';
export * from './audit/verify.ts';
export * from './export/ocsf.ts';
export * from './log/files.ts';
export { type LogKey, signingKey, trailKey } from './log/key.ts';
export * from './log/open.ts';
export { CHECKPOINT, WITNESSED } from './log/published.ts';
export { Trail } from './log/trail.ts';
export * from './proof/index.ts';
