export { type AuditReport, type AuditTargets, audit, located, planFor } from './audit.ts';
export { checkConfiguration } from './configuration/configuration.ts';
export {
  type Check,
  type Covered,
  type Finding,
  findingOf,
  type Place,
  type Readable,
  ranked,
  SEVERITIES,
  type Severity,
} from './finding.ts';
export { reportPage } from './output/html.ts';
export { findingAsOcsf } from './output/ocsf.ts';
export { findingsAsSarif } from './output/sarif.ts';
export { placeText, readableText } from './output/words.ts';
export { recordsFor, WELL_KNOWN } from './ownership/ownership.ts';
export { MAX_DAYS, publicKeyOf, readAuditKey, statementFor } from './ownership/statement.ts';
export { type Rehearsal, rehearse } from './probing/dry-run.ts';
export { LIMITS, Outlet, type Packet } from './probing/outlet.ts';
export { PACE, Pace } from './probing/pace.ts';
export { type Asked, type Outcome, unitsOf } from './probing/run.ts';
export { SERVICES } from './services/index.ts';
export { readTargets } from './targets/file.ts';
export type { Plan } from './targets/plan.ts';
export { systemResolver } from './targets/resolver.ts';
