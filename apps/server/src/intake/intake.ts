import type { Principal } from '@tacet/access';
import type { Accepted, Gateway } from '@tacet/gateway';
import { codeOf, decodeRows, type Event, encodeRows, type Rows, TacetError } from '@tacet/records';
import type { Metrics } from '../metrics/metrics.ts';
import type { ByteBudget, ByteLease } from './budget.ts';
import { batchMarks, type ResendRegister } from './resends.ts';

/** A decoded batch and what identifies it when it is sent again. */
export interface Batch {
  /** Who sent it: decides, with `source` and `identity`, what counts as the same batch. */
  principal: Principal;
  /** How it came: `logs`, `traces`, `events`, `import`. A closed set: it labels metrics. */
  source: string;
  /** The decoded body, or a key that the sender chose for it. Read before `accept` waits for anything. */
  identity: Uint8Array;
  /** Rows are handed over: their memory is given back when they are sealed. */
  events: Rows | readonly Event[];
  /** Size at the source, in bytes. */
  bytes: number;
}

/** How long a client waits for its events to be durable before it is told to try again. */
const PATIENCE_MS = 30_000;

/** After these the gateway goes on trying to store what it had taken. */
const OPEN_OUTCOMES = new Set(['STORE_UNAVAILABLE', 'STORE_FULL', 'STORE_QUERY_FAILED', 'INTERNAL']);

/**
 * The one way in for events, whichever route or command they came by: recognises what was sent
 * before, hands the rest to the gateway, counts.
 */
export class Intake {
  readonly budget: ByteBudget;
  readonly #gateway: Gateway;
  readonly #register: Pick<ResendRegister<Accepted>, 'once'>;
  readonly #secret: Uint8Array;
  readonly #metrics: Metrics;
  readonly #allow: (principal: Principal, services: string[]) => void;
  readonly #now: () => number;

  constructor(options: {
    gateway: Gateway;
    register: Pick<ResendRegister<Accepted>, 'once'>;
    /** Key of the batch marks, 32 bytes. */
    secret: Uint8Array;
    budget: ByteBudget;
    metrics: Metrics;
    /** Asks the policy whether somebody who is limited to services may write of these; throws NOT_ALLOWED. */
    allow: (principal: Principal, services: string[]) => void;
    now: () => number;
  }) {
    this.#gateway = options.gateway;
    this.#register = options.register;
    this.#secret = options.secret;
    this.budget = options.budget;
    this.#metrics = options.metrics;
    this.#allow = options.allow;
    this.#now = options.now;
  }

  /**
   * Stores a batch; durable when it resolves. A batch that is stored already is not stored again:
   * then `resent` is true and no secrets are named. `lease` is given back once the events are
   * durable or refused. Rejects with BUSY, STORE_UNAVAILABLE, STORE_FULL, EPOCH_EXPIRED and what else
   * the gateway gives; in each case the same batch may be sent again. NOT_ALLOWED when an event is of a
   * service that the sender may not write of.
   */
  async accept(batch: Batch, lease?: ByteLease): Promise<Accepted & { resent: boolean }> {
    const { principal, source, identity, events, bytes } = batch;
    const rows = 'bytes' in events ? events : encodeRows(events);
    if (principal.services)
      this.#allow(principal, [...new Set(decodeRows(rows).map(({ service }) => service))]);
    const marks = batchMarks(this.#secret, this.#now(), `${principal.id}/${source}`, identity);
    let resent = true;
    const stored = this.#register
      .once(
        marks,
        this.#now(),
        (mark) => {
          resent = false;
          return this.#gateway.accept(rows, { batch: mark, bytes, handedOver: true });
        },
        {
          mayBeStored: (error) => OPEN_OUTCOMES.has(codeOf(error) ?? 'INTERNAL'),
          settle: () => this.#settle(),
        },
      )
      .finally(() => lease?.release());
    try {
      const accepted = (await withPatience(stored)) ?? { events: rows.ends.length, secrets: {} };
      this.#count(source, accepted, resent);
      return { ...accepted, resent };
    } catch (error) {
      this.#metrics.batches.add(1, 'refused');
      this.#metrics.refused.add(1, codeOf(error) ?? 'INTERNAL');
      throw error;
    }
  }

  /** Waits until the gateway holds nothing that is neither stored nor given up. */
  async #settle(): Promise<void> {
    if (this.#gateway.failing) throw this.#gateway.failing;
    await this.#gateway.flush();
  }

  #count(source: string, accepted: Accepted, resent: boolean): void {
    this.#metrics.batches.add(1, resent ? 'resent' : 'stored');
    if (resent) return;
    this.#metrics.events.add(accepted.events, source);
    for (const [kind, found] of Object.entries(accepted.secrets)) this.#metrics.secrets.add(found, kind);
  }
}

/** Gives up waiting, not storing: the batch stays on its way, and a resend waits for it again. */
function withPatience<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new TacetError('STORE_UNAVAILABLE', 'the events are not durable yet; send them again shortly'));
    }, PATIENCE_MS);
  });
  return Promise.race([promise, patience]).finally(() => clearTimeout(timer));
}
