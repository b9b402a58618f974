import type { Finding, SelfCheck } from '@tacet/audit/watching';

/** One part of this installation, looked at. */
export interface Look {
  /** What it decides; when it throws, it has decided nothing. */
  readonly checks: readonly SelfCheck[];
  look(): Promise<Finding[]>;
}
