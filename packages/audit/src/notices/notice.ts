import type { Severity } from '../finding.ts';
import type { Change } from '../watching/settle.ts';

/** A finding as notices tell of it: neither how it was proven, nor what could be read. */
export interface Told {
  readonly change: Change;
  readonly fingerprint: string;
  readonly check: string;
  readonly severity: Severity;
  readonly title: string;
  readonly subject: string;
}

/** What somebody is told. `timestamp` is when it happened, ISO 8601. Holds neither content nor secrets. */
export type Notice =
  | {
      readonly type: 'audit.changed';
      readonly timestamp: string;
      readonly data: {
        readonly workspace: string;
        readonly scope: string;
        readonly run: string;
        /** Worst first, at most `MOST_TOLD`. */
        readonly findings: readonly Told[];
        /** How many there are that are not among them. */
        readonly more: number;
      };
    }
  | {
      readonly type: 'report.received';
      readonly timestamp: string;
      readonly data: {
        readonly workspace: string;
        readonly fingerprint: string;
        /** Somebody has reported the same before. */
        readonly duplicate: boolean;
        /** By when a person has to answer, ISO 8601. */
        readonly due: string;
      };
    }
  | {
      readonly type: 'report.acknowledged';
      readonly timestamp: string;
      readonly data: {
        readonly to: string;
        /** Where the reporter sees what becomes of it. */
        readonly page: string;
        readonly due: string;
      };
    };

export const MOST_TOLD = 20;

const HEADLINES: Record<Change, string> = {
  new: 'new',
  back: 'back again',
  worse: 'worse',
  lapsed: 'no longer accepted',
  gone: 'gone',
  still: 'still there',
};

/** A notice as plain text: one line that says it, and what follows. */
export function textOf(notice: Notice): { headline: string; lines: string[] } {
  const day = (iso: string) => iso.slice(0, 10);
  if (notice.type === 'audit.changed') {
    const { workspace, scope, findings, more } = notice.data;
    const counts = new Map<Change, number>();
    for (const { change } of findings) counts.set(change, (counts.get(change) ?? 0) + 1);
    const told = [...counts].map(([change, count]) => `${count} ${HEADLINES[change]}`).join(', ');
    return {
      headline: `Audit of ${scope} (${workspace}): ${told}${more > 0 ? `, and ${more} more` : ''}`,
      lines: findings.map(
        ({ change, severity, title, subject, fingerprint }) =>
          `${HEADLINES[change]}: [${severity}] ${title}, ${subject} (tacet audit show ${fingerprint.slice(0, 12)})`,
      ),
    };
  }
  if (notice.type === 'report.received') {
    const { workspace, fingerprint, duplicate, due } = notice.data;
    return {
      headline: `A report from outside (${workspace})${duplicate ? ', of something known' : ''}`,
      lines: [
        `A person has to answer by ${day(due)}.`,
        `Read it with: tacet audit show ${fingerprint.slice(0, 12)}`,
      ],
    };
  }
  return {
    headline: 'Your security report was received',
    lines: [
      'Thank you. Your report was received and will be read by a person.',
      `You will have an answer by ${day(notice.data.due)}. What becomes of it:`,
      notice.data.page,
      'If you did not report anything, somebody gave your address; nothing more will follow.',
    ],
  };
}
