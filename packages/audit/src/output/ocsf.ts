import type { Finding, Severity } from '../finding.ts';

export const OCSF_VERSION = '1.3.0';

const SEVERITY_ID: Readonly<Record<Severity, number>> = { info: 1, low: 2, medium: 3, high: 4, critical: 5 };
const FAIL = 3;

/**
 * A finding as an event of the Open Cybersecurity Schema Framework, for a SIEM: class Compliance Finding
 * (2003), activity Create, one control that failed. `time` is in milliseconds since 1970.
 */
export function findingAsOcsf(finding: Finding, time: number, version: string): Record<string, unknown> {
  const { check, fingerprint, title, severity, why, fix, references, subject } = finding;
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: 2003,
    class_name: 'Compliance Finding',
    type_uid: 200_301,
    time,
    severity_id: SEVERITY_ID[severity],
    status_id: 1,
    message: `${title}: ${subject}`,
    metadata: {
      version: OCSF_VERSION,
      product: { name: 'Tacet', vendor_name: 'Tacet', version },
      uid: fingerprint,
      event_code: check,
      log_name: 'audit',
    },
    finding_info: { uid: fingerprint, title, desc: why, types: [finding.source] },
    compliance: { control: check, standards: ['Tacet exposure audit'], status: 'Fail', status_id: FAIL },
    remediation: { desc: fix, references },
    resources: [{ uid: subject, name: subject, type: finding.source }],
    unmapped: {
      ...(finding.proof && { proof: finding.proof }),
      ...(finding.readable && { readable: finding.readable }),
      ...(finding.causes && { causes: finding.causes }),
    },
  };
}
