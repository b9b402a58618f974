export {
  type AuditReport,
  type AuditSettings,
  type AuditTargets,
  audit,
  located,
  planFor,
  usualPorts,
} from './audit.ts';
export { CLOUD_CHECKS } from './cloud/cloud.ts';
export {
  CONFIGURATION_CHECKS,
  type ConfigurationReport,
  causesOf,
  checkConfiguration,
} from './configuration/configuration.ts';
export {
  type Check,
  type Finding,
  findingOf,
  fingerprintOf,
  type Place,
  type Proof,
  type Readable,
  ranked,
  SEVERITIES,
  type Severity,
  type Source,
  type Told,
} from './finding.ts';
export { reportPage } from './output/html.ts';
export { findingAsOcsf } from './output/ocsf.ts';
export { findingsAsSarif } from './output/sarif.ts';
export { placeText, readableText } from './output/words.ts';
export { recordsFor, WELL_KNOWN } from './ownership/ownership.ts';
export { MAX_DAYS, publicKeyOf, readAuditKey, statementFor } from './ownership/statement.ts';
export { type Rehearsal, rehearse } from './probing/dry-run.ts';
export { NetWire } from './probing/net-wire.ts';
export { LIMITS, type Limits, Outlet, type OutletSettings, type Packet } from './probing/outlet.ts';
export { PACE, Pace, type PaceSettings } from './probing/pace.ts';
export type { Examination, Probe, Verdict } from './probing/probe.ts';
export { type Asked, type Outcome, unitsOf } from './probing/run.ts';
export {
  type Conversation,
  type Endpoint,
  type HttpReply,
  type HttpRequest,
  type Wire,
  WireError,
  type WireFailure,
} from './probing/wire.ts';
export { objectListing, SERVICES } from './services/index.ts';
export { readTargets, type TargetsFile } from './targets/file.ts';
export type { Plan, Skipped } from './targets/plan.ts';
export { type Resolver, systemResolver } from './targets/resolver.ts';
