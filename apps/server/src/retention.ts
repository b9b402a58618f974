import { codeOf } from '@tacet/records';
import type { ControlStore, LogStore } from '@tacet/store';
import { removedEntries, type Trail } from '@tacet/trail';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FIRST_LOOK_MS = 60_000;
/** A clock that moved by more than this beside the one that only counts was set. */
const JUMP_MS = HOUR_MS;
/** A server that was away for longer cannot tell that from a clock that was set. */
const GAP_MS = 2 * DAY_MS;
/** How long a clock must then go on as it is before anything is deleted by it. */
const TRUST_MS = DAY_MS;
const AT_ONCE = 10_000;
const SEEN = 'retention seen';

export interface RetentionParts {
  workspace: string;
  /** Whole days after the day of receipt. */
  keepDays: number;
  log: Pick<LogStore, 'days' | 'idsOn' | 'dropDay'>;
  control: Pick<ControlStore, 'getMeta' | 'setMeta' | 'dropShares'>;
  trail: Pick<Trail, 'append'>;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Milliseconds that only count; nobody sets them. */
  elapsed?: () => number;
  warn: (text: string) => void;
}

/**
 * Deletes what the policy no longer keeps: whole days of receipt, with their shares, each named in the
 * trail first. What a wrong clock would delete is gone for good, so a clock that jumped, or that nobody
 * watched for two days, is believed only after it has gone on for a day.
 */
export class Retention {
  readonly #parts: RetentionParts;
  readonly #elapsed: () => number;
  #last: { now: number; elapsed: number } | undefined;
  #trustedFrom = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RetentionParts) {
    this.#parts = parts;
    this.#elapsed = parts.elapsed ?? (() => performance.now());
  }

  /** Looks after a minute, and every hour. */
  start(): void {
    const look = () => {
      this.#running = this.look().catch((error) => {
        this.#parts.warn(`retention: ${codeOf(error) ?? 'INTERNAL'}: it is tried again in an hour`);
      });
      this.#timer = setTimeout(look, HOUR_MS).unref();
    };
    this.#timer = setTimeout(look, FIRST_LOOK_MS).unref();
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Deletes the days that are past their term. Throws what stores and trail throw; the next look goes on. */
  async look(): Promise<void> {
    const { workspace, keepDays, log, now } = this.#parts;
    if (!(await this.#clockIsTrusted())) return;
    // The youngest row of a day came at its end.
    const last = Math.floor(now() / DAY_MS) - keepDays - 1;
    for (const { day, segments, events } of await log.days(workspace)) {
      if (day <= last) await this.#drop(day, { segments, rows: events });
    }
  }

  async #drop(day: number, counts: { segments: number; rows: number }): Promise<void> {
    const { workspace, keepDays, log, control, trail } = this.#parts;
    const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
    await trail.append({
      kind: 'retention',
      workspace,
      actor: 'server',
      facts: { day: date, ...counts, keep: `${keepDays}d` },
    });
    for (let after = new Uint8Array(16); ; ) {
      const ids = await log.idsOn(workspace, day, { after, limit: AT_ONCE });
      const end = ids.at(-1);
      if (!end) break;
      for (const entry of removedEntries(workspace, 'server', 'retention', ids)) await trail.append(entry);
      await control.dropShares(workspace, ids);
      after = new Uint8Array(end);
    }
    await log.dropDay(workspace, day);
  }

  async #clockIsTrusted(): Promise<boolean> {
    const { workspace, control, now, warn } = this.#parts;
    const key = `${SEEN} ${workspace}`;
    const here = { now: now(), elapsed: this.#elapsed() };
    const seen = readTime(await control.getMeta(key));
    const before = this.#last;
    this.#last = here;
    const jumped = before
      ? Math.abs(here.now - before.now - (here.elapsed - before.elapsed)) > JUMP_MS
      : seen !== undefined && here.now - seen > GAP_MS;
    if (jumped) {
      this.#trustedFrom = here.elapsed + TRUST_MS;
      warn('retention: the clock moved on unseen; nothing is deleted until it has gone on for a day');
    }
    // A clock that was set back is behind what was seen: nothing new is past its term.
    if (here.elapsed < this.#trustedFrom || (seen !== undefined && here.now < seen)) return false;
    await control.setMeta(key, writeTime(here.now));
    return true;
  }
}

function readTime(bytes: Uint8Array | undefined): number | undefined {
  return bytes?.length === 8 ? Number(Buffer.from(bytes).readBigUInt64BE()) : undefined;
}

function writeTime(now: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(now))));
  return new Uint8Array(bytes);
}
