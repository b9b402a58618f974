import { type Finding, SEVERITIES, type Severity } from '@tacet/audit/watching';
import { codeOf } from '@tacet/records';
import { type Audits, LEASE_SECONDS, type Recorded } from '../audits.ts';
import type { Look } from './look.ts';

const DAY_MS = 86_400_000;
const PATIENCE_MS = 120_000;

/** What this installation found of itself. */
export interface SelfReport extends Recorded {
  findings: Finding[];
  /** Checks that could not be decided this time: something did not answer. */
  undecided: string[];
}

export interface SelfAuditParts {
  audits: Audits;
  /** What is looked at, in order. */
  looks: () => readonly Look[];
  warn: (text: string) => void;
}

/** Looks at this installation when it starts, daily, and when somebody asks. */
export class SelfAudit {
  readonly #parts: SelfAuditParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(parts: SelfAuditParts) {
    this.#parts = parts;
  }

  /** Looks now, in the background, and daily; `told` hears of the first result. */
  start(told: (open: Record<Severity, number>) => void): void {
    const again = (ms: number, then: typeof told) => {
      if (!this.#stopped) this.#timer = setTimeout(() => this.start(then), ms).unref();
    };
    this.#running = this.run('server').then(
      ({ summary }) => {
        if (!this.#stopped) told(summary.open);
        again(DAY_MS, () => {});
      },
      (error) => {
        if (this.#stopped) return;
        // One that a crash cut short counts as under way until its lease is over.
        const isRunning = codeOf(error) === 'AUDIT_RUNNING';
        const when = isRunning ? 'when the one under way is over' : 'in a day';
        this.#parts.warn(`self-audit: ${codeOf(error) ?? 'INTERNAL'}: it is tried again ${when}`);
        again(isRunning ? LEASE_SECONDS * 1000 : DAY_MS, told);
      },
    );
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Looks at everything, keeps what was found, and gives it, worst first. Throws as `Audits`. */
  async run(actor: string): Promise<SelfReport> {
    const { audits, looks } = this.#parts;
    const run = await audits.begin('self');
    const findings: Finding[] = [];
    const covered: string[] = [];
    const undecided: string[] = [];
    for (const { checks, look } of looks()) {
      if (this.#stopped) break;
      try {
        findings.push(...(await inTime(look())));
        covered.push(...checks);
      } catch {
        undecided.push(...checks);
      }
    }
    const recorded = await audits.finish(
      run,
      {
        complete: !this.#stopped,
        findings,
        covered: covered.map((check) => ({ check })),
        targets: ['this installation'],
      },
      actor,
    );
    findings.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
    return { ...recorded, findings, undecided };
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
