import type { Io } from '../io.ts';
import { harmless } from '../terminal/text.ts';
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
  readonly #json: boolean;

  /** `json`: refusals are told for machines. */
  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.#json = json;
  }

  add(sent: Sent): void {
    this.events += sent.events;
    this.refused += sent.refused;
    if (sent.resent) this.resent += sent.events;
    for (const [kind, found] of Object.entries(sent.secrets))
      this.secrets[kind] = (this.secrets[kind] ?? 0) + found;
  }

  refuse(refused: Refused): void {
    if (this.refused++ >= NAMED) return;
    const { file, line, code } = refused;
    const text = `tacet: ${code}: ${harmless(file)}${line === undefined ? '' : ` line ${line}`} was refused`;
    this.#io.stderr.write(`${this.#json ? JSON.stringify({ refused }) : text}\n`);
  }

  /** Says how many more there were than were named. */
  finish(): void {
    const more = this.refused - NAMED;
    if (more <= 0) return;
    this.#io.stderr.write(
      this.#json ? `${JSON.stringify({ more_refused: more })}\n` : `tacet: ${more} more refused\n`,
    );
  }
}
