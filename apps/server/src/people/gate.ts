import { Attempts, networkOf } from '@tacet/access';
import { codeOf } from '@tacet/records';
import type { Trail } from '@tacet/trail';
import type { Context } from 'hono';
import { addressOf, type Reach } from './origin.ts';

/** Attempts without a wait: of one name, and of one network, behind which there may be many people. */
const FREE = { name: 5, network: 30 };
/** Failures that get an entry of their own, a minute; the others are counted in the next entry. */
const RECORDED_A_MINUTE = 30;
const MINUTE_MS = 60_000;

/** Stands before every way to sign in: slows guessing down and keeps failures on record. */
export class Gate {
  readonly #names: Attempts;
  readonly #networks: Attempts;
  readonly #reach: Reach;
  readonly #trail: Pick<Trail, 'append'>;
  readonly #workspace: string;
  readonly #now: () => number;
  #minute = 0;
  #recorded = 0;
  #unrecorded = 0;

  /** `now` gives milliseconds since 1970. */
  constructor(options: {
    workspace: string;
    trail: Pick<Trail, 'append'>;
    reach: Reach;
    now: () => number;
  }) {
    this.#names = new Attempts(FREE.name, options.now);
    this.#networks = new Attempts(FREE.network, options.now);
    this.#reach = options.reach;
    this.#trail = options.trail;
    this.#workspace = options.workspace;
    this.#now = options.now;
  }

  /**
   * Lets one attempt through: `attempt` gives the account's id or throws. `name` is what the attempt
   * claims to be, when it does. Throws SIGNIN_LIMITED before anything is tried, and what `attempt` throws.
   */
  async pass(
    c: Context,
    method: string,
    name: string | undefined,
    attempt: () => Promise<{ id: string }>,
  ): Promise<void> {
    const network = networkOf(addressOf(c, this.#reach));
    this.#networks.begin(network);
    if (name !== undefined) this.#names.begin(name);
    try {
      const { id } = await attempt();
      this.#networks.succeeded(network);
      if (name !== undefined) this.#names.succeeded(name);
      await this.#trail.append({
        kind: 'login',
        workspace: this.#workspace,
        actor: id,
        facts: { method },
        texts: { network },
      });
    } catch (error) {
      await this.#failed(method, codeOf(error) ?? 'INTERNAL', {
        network,
        ...(name !== undefined && { name }),
      });
      throw error;
    }
  }

  async #failed(method: string, code: string, texts: { [name: string]: string }): Promise<void> {
    const minute = Math.floor(this.#now() / MINUTE_MS);
    if (minute !== this.#minute) this.#recorded = 0;
    this.#minute = minute;
    if (this.#recorded >= RECORDED_A_MINUTE) {
      this.#unrecorded++;
      return;
    }
    this.#recorded++;
    const unrecorded = this.#unrecorded;
    this.#unrecorded = 0;
    await this.#trail.append({
      kind: 'failure',
      workspace: this.#workspace,
      actor: 'unknown',
      facts: { method, code, ...(unrecorded > 0 && { unrecorded }) },
      texts,
    });
  }
}
