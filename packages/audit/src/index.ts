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
  SEVERITIES,
  type Severity,
  type Source,
  type Told,
} from './finding.ts';
export { findingsAsSarif } from './output/sarif.ts';
export { NetWire } from './probing/net-wire.ts';
export { LIMITS, type Limits, Outlet, type OutletSettings, type Packet } from './probing/outlet.ts';
export { PACE, Pace, type PaceSettings } from './probing/pace.ts';
export type { Examination, Probe, Verdict } from './probing/probe.ts';
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
