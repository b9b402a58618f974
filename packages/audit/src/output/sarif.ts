import { isAbsolute } from 'node:path';
import type { Finding, Place, Severity } from '../finding.ts';

/** The levels that SARIF knows for each severity. */
export const SARIF_LEVEL: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};
/** How bad it is from 0 to 10, as code scanning shows it. */
export const SARIF_SCORE: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.0',
  low: '2.0',
  info: '0.0',
};

/** A SARIF 2.1.0 log (OASIS, 2020) of one run. `name` is the command; rules and results as the format has them. */
export function sarifLog(
  name: string,
  version: string,
  rules: readonly object[],
  results: readonly object[],
): object {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ tool: { driver: { name, version, rules } }, columnKind: 'utf16CodeUnits', results }],
  };
}

/** A file as SARIF refers to it: below the folder where the command ran, or absolute. */
export function sarifFile(file: string): { uri: string } {
  const path = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return { uri: isAbsolute(file) ? `file://${path.startsWith('/') ? '' : '/'}${path}` : path };
}

/**
 * The findings that stand in files, as a SARIF log: one result each, at the setting to change first, with the
 * others that take part as related places. Those that no file explains are left out.
 */
export function findingsAsSarif(findings: readonly Finding[], version: string): object {
  const placed = findings.filter(({ causes }) => causes?.[0] !== undefined);
  const rules = new Map(placed.toReversed().map((finding) => [finding.check, ruleOf(finding)] as const));
  const ids = [...rules.keys()].sort();
  return sarifLog(
    'tacet audit',
    version,
    ids.map((id) => rules.get(id)!),
    placed.map((finding) => resultOf(finding, ids.indexOf(finding.check))),
  );
}

function ruleOf({ check, title, severity, why, fix, references }: Finding): object {
  const pages = references.map((page) => `<${page}>`).join(', ');
  return {
    id: check,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why} ${fix}`, markdown: `${why}\n\n**Fix.** ${fix}\n\n${pages}` },
    ...(references[0] === undefined ? {} : { helpUri: references[0] }),
    defaultConfiguration: { level: SARIF_LEVEL[severity] },
    properties: { 'security-severity': SARIF_SCORE[severity], tags: ['security', 'exposure'] },
  };
}

function resultOf(
  { check, title, severity, fix, fingerprint, causes = [] }: Finding,
  ruleIndex: number,
): object {
  const [first, ...others] = causes;
  const at = first!.excerpt === undefined ? '' : ` (${first!.excerpt})`;
  return {
    ruleId: check,
    ruleIndex,
    level: SARIF_LEVEL[severity],
    message: { text: `${title}${at}. ${fix}` },
    partialFingerprints: { 'tacet/v1': fingerprint },
    locations: [{ physicalLocation: physical(first!) }],
    ...(others.length === 0
      ? {}
      : {
          relatedLocations: others.map((place, id) => ({
            id,
            physicalLocation: physical(place),
            message: { text: place.excerpt ?? place.setting ?? 'takes part' },
          })),
        }),
  };
}

function physical({ file, line, column }: Place): object {
  const region = { startLine: line ?? 1, ...(column === undefined ? {} : { startColumn: column }) };
  return { artifactLocation: sarifFile(file), region };
}
