import { selfFinding } from '@tacet/audit/watching';
import { ClearGuard, type Detector } from '@tacet/detect';
import type { LogStore } from '@tacet/store';
import type { Look } from './look.ts';

/** Newest rows that are looked at, and values of a column that the facts are asked for. */
const SAMPLE = 5_000;
const VALUES = 2_000;
const COLUMNS = ['service', 'operation', 'model', 'provider', 'status', 'severity', 'kind'] as const;

/**
 * Looks for secrets and personal data in what is clear: in the newest rows, and in the most frequent values. A value that
 * is found is counted and not repeated.
 */
export function lookAtClearColumns(
  log: Pick<LogStore, 'clearRows' | 'facts'>,
  workspace: string,
  detector: () => Pick<Detector, 'scan'>,
): Look {
  return {
    checks: ['self-clear-secret'],
    async look() {
      const rows = await log.clearRows({ workspace, limit: SAMPLE });
      const guard = new ClearGuard();
      const { scan } = detector();
      const findings = [];
      for (const column of COLUMNS) {
        const frequent = await log.facts({ workspace, by: column, limit: VALUES });
        const values = new Set([...rows.map((row) => row[column]), ...frequent.map(({ value }) => value)]);
        const kinds = [...values].flatMap((value) => scan(value).map(({ kind }) => kind));
        const personal = [...values].filter((value) => !guard.allows(value)).length;
        if (kinds.length + personal === 0) continue;
        const found = [...new Set(kinds), ...(personal > 0 ? ['personal data'] : [])].join(', ');
        findings.push(
          selfFinding('self-clear-secret', {
            subject: `column:${column}`,
            proof: {
              request: `${values.size} values of the column ${column}`,
              reply: `${kinds.length + personal} with: ${found}`,
            },
          }),
        );
      }
      return findings;
    },
  };
}
