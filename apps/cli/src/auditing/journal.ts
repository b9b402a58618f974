import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import type { Outcome, Plan } from '@tacet/audit';
import { TacetError } from '@tacet/records';

const MAX_BYTES = 1 << 28;

/**
 * What an audit has done so far, in a file for its owner only: one line for each unit of work, written when it
 * ended. A run that was stopped goes on where it was; what a crash cut short is done again.
 */
export class Journal {
  readonly done: readonly Outcome[];
  readonly #path: string;
  readonly #file: number;

  /** Goes on with the file, or begins one. Throws AUDIT_STATE_INVALID when it is of other targets. */
  constructor(path: string, plan: Plan) {
    const targets = createHash('sha256').update(JSON.stringify([plan.hosts, plan.sites, plan.buckets]));
    const head = `${JSON.stringify({ audit: targets.digest('hex') })}\n`;
    const text = textOf(path);
    if (text !== '' && !text.startsWith(head)) throw invalid(path);
    this.done = text.slice(head.length).split('\n').flatMap(outcomeIn);
    this.#path = path;
    this.#file = openOwn(path);
    if (text === '') writeSync(this.#file, head);
    else if (!text.endsWith('\n')) writeSync(this.#file, '\n');
  }

  add(outcome: Outcome): void {
    writeSync(this.#file, `${JSON.stringify(outcome)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** When all is done: the next run begins anew. */
  remove(): void {
    rmSync(this.#path, { force: true });
  }
}

/** Opens a file to add to, for its owner only. Throws USAGE when that cannot be. */
export function openOwn(path: string): number {
  try {
    return openSync(path, 'a', 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TacetError('USAGE', `${path} cannot be written (${code ?? 'unknown reason'})`);
  }
}

function textOf(path: string): string {
  try {
    const { size, mode } = statSync(path);
    // Whoever else can write it could put findings into the report, or take them out.
    if (size > MAX_BYTES || (process.platform !== 'win32' && (mode & 0o022) !== 0)) throw invalid(path);
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function outcomeIn(line: string): Outcome[] {
  try {
    const found = JSON.parse(line) as Partial<Outcome>;
    const { key, asked, findings, clear, unclear } = found;
    const whole = typeof key === 'string' && [asked, findings, clear, unclear].every(Array.isArray);
    return whole ? [found as Outcome] : [];
  } catch {
    return [];
  }
}

function invalid(path: string): TacetError {
  const why = 'is not the state of an audit of these targets by you; remove it to begin anew';
  return new TacetError('AUDIT_STATE_INVALID', `${path} ${why}`);
}
