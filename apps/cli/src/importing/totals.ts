import type { Io } from '../io.ts';
import type { Sent } from './sender.ts';

/** A line, row or record that could not be taken. */
export interface Refused {
  file: string;
  /** Counted from 1; absent where the format has no lines. */
  line?: number;
  code: string;
}

/** How many refusals are named one by one before only their number is told. */
const NAMED = 10;

/** What an import came to; names refused lines on standard error as they come. */
export class Totals {
  events = 0;
  refused = 0;
  resent = 0;
  readonly secrets: Record<string, number> = {};
  readonly #io: Io;

  constructor(io: Io) {
    this.#io = io;
  }

  add(sent: Sent): void {
    this.events += sent.events;
    this.refused += sent.refused;
    if (sent.resent) this.resent += sent.events;
    for (const [kind, found] of Object.entries(sent.secrets))
      this.secrets[kind] = (this.secrets[kind] ?? 0) + found;
  }

  refuse({ file, line, code }: Refused): void {
    if (this.refused++ >= NAMED) return;
    this.#io.stderr.write(
      `tacet: ${code}: ${file}${line === undefined ? '' : ` line ${line}`} was refused\n`,
    );
  }

  /** Says how many more there were than were named. */
  finish(): void {
    const more = this.refused - NAMED;
    if (more > 0) this.#io.stderr.write(`tacet: ${more} more refused\n`);
  }
}
