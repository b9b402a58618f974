import { type Notice, waitAfter } from '@tacet/audit/watching';
import { codeOf } from '@tacet/records';
import type { AuditStore, NoticeRow } from '@tacet/store';
import type { AtRest } from '../at-rest.ts';
import type { Channels } from './channels.ts';

/** How long whoever takes a notice has to send it, seconds: longer than one attempt may take. */
const TAKEN_SECONDS = 90;
const ATTEMPT_MS = 60_000;
/** How often it is looked for notices that are due. */
const LOOK_MS = 5_000;
const AT_ONCE = 8;

export interface OutboxParts {
  workspace: string;
  store: Pick<AuditStore, 'takeNotices' | 'settleNotice'>;
  channels: Channels;
  texts: AtRest;
  /** Milliseconds since 1970. */
  now: () => number;
  warn: (text: string) => void;
}

/**
 * Sends what is in the control records until the other side has it: after a crash the same notice goes out
 * again under the same id, after failures later and later, and after some days it stays as failed.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(parts: OutboxParts) {
    this.#parts = parts;
  }

  /** Looks now, and every few seconds. */
  start(): void {
    void this.kick();
    this.#timer = setInterval(() => void this.kick(), LOOK_MS).unref();
  }

  /** Something may be due: resolves when it was tried. */
  kick(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#running ??= this.#send()
      .catch((error) => this.#parts.warn(`notices: ${codeOf(error) ?? 'INTERNAL'}: they are sent later`))
      .finally(() => {
        this.#running = undefined;
      });
    return this.#running;
  }

  /** What is under way may end; the rest is sent by whoever opens the store next. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #send(): Promise<void> {
    const { workspace, store, now } = this.#parts;
    for (let first = true; first || !this.#closed; first = false) {
      const seconds = Math.floor(now() / 1000);
      const notices = await store.takeNotices(workspace, seconds, seconds + TAKEN_SECONDS, AT_ONCE);
      await Promise.all(notices.map((notice) => this.#attempt(notice)));
      if (notices.length < AT_ONCE) return;
    }
  }

  async #attempt({ id, channel, attempts, body }: NoticeRow): Promise<void> {
    const { workspace, store, channels, texts, now, warn } = this.#parts;
    const text = texts.open(id, body);
    const delivery =
      text === undefined
        ? { outcome: 'never' as const, why: 'it was tampered with' }
        : await inTime(channels.send(channel, id, JSON.parse(text) as Notice, now()));
    if (delivery.outcome === 'sent') return store.settleNotice(workspace, id, undefined);
    const tried = attempts + 1;
    const wait = delivery.outcome === 'again' ? waitAfter(tried) : undefined;
    if (attempts === 0 || wait === undefined)
      warn(
        `a notice to ${channel} was not taken (${delivery.why}); ${wait ? 'it is sent again' : 'given up'}`,
      );
    const due = Math.floor(now() / 1000) + (wait ?? 0);
    await store.settleNotice(workspace, id, { due, attempts: tried, state: wait ? 'waiting' : 'failed' });
  }
}

/** A server that answers a little at a time is a slow one too. */
async function inTime<T>(sending: Promise<T>): Promise<T | { outcome: 'again'; why: string }> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<{ outcome: 'again'; why: string }>((resolve) => {
    timer = setTimeout(() => resolve({ outcome: 'again', why: 'no answer in time' }), ATTEMPT_MS);
  });
  return Promise.race([sending, late]).finally(() => clearTimeout(timer));
}
