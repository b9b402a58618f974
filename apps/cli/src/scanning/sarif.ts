import { SARIF_LEVEL, SARIF_SCORE, sarifFile, sarifLog } from '@tacet/audit/sarif';
import { KINDS, PERSONAL_KINDS } from '@tacet/detect';
import { VERSION } from '../version.ts';
import type { FileFinding } from './report.ts';

/** The findings as a SARIF 2.1.0 log (OASIS, 2020). Holds no secret. `descriptions` are of users' rules. */
export function sarif(
  findings: readonly FileFinding[],
  descriptions: ReadonlyMap<string, string> = new Map(),
): object {
  const rules = [...new Set(findings.map((finding) => finding.rule))].sort();
  return sarifLog(
    'tacet scan',
    VERSION,
    rules.map((id) => ruleOf(id, descriptions.get(id))),
    findings.map((finding) => resultOf(finding, rules.indexOf(finding.rule))),
  );
}

function ruleOf(id: string, description: string | undefined): object {
  if (description !== undefined) return { id, shortDescription: { text: description } };
  const facts = KINDS.get(id);
  if (PERSONAL_KINDS.has(id)) return { id, shortDescription: { text: 'personal data' } };
  if (!facts) return { id };
  const { provider, opens, severity, revoke } = facts;
  return {
    id,
    shortDescription: { text: `${provider}: opens ${opens}` },
    ...(revoke.startsWith('https:') ? { helpUri: revoke } : {}),
    defaultConfiguration: { level: SARIF_LEVEL[severity] },
    properties: { 'security-severity': SARIF_SCORE[severity], tags: ['security', 'secret'] },
  };
}

function resultOf(finding: FileFinding, ruleIndex: number): object {
  const { rule, file, line, column, start, end, path, excerpt, fingerprint, severity } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: SARIF_LEVEL[severity],
    message: {
      text: `${PERSONAL_KINDS.has(rule) ? 'personal data' : 'a secret'} of kind ${rule}${path === undefined ? '' : ` at ${path}`}: ${excerpt}`,
    },
    partialFingerprints: { 'tacet/v1': fingerprint },
    locations: [
      {
        physicalLocation: {
          artifactLocation: sarifFile(file),
          region: {
            startLine: line,
            startColumn: column,
            ...(start < 0 ? {} : { byteOffset: start, byteLength: end - start }),
          },
        },
      },
    ],
  };
}
