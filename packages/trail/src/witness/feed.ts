import { join } from 'node:path';
import { codeOf, type TacetError } from '@tacet/records';
import { toHex } from '@tacet/seal';
import { replaceDurably } from '../log/files.ts';
import type { Trail } from '../log/trail.ts';
import { formatNote, type VerifierKey } from '../proof/note.ts';
import { tileProver } from '../proof/prove.ts';
import { requestCosignature, type WitnessAddress } from './client.ts';

/** File of the newest checkpoint that a witness cosigned, in the folder of the log and at its URL. */
export function witnessedPath({ id }: VerifierKey): string {
  return `witnessed/${toHex(id)}`;
}

/** How often a witness is asked at most, and how long it is left alone after failing. */
const LEAST_MS = 5_000;
const MOST_MS = 300_000;

/** Sends the checkpoints of a trail to one witness as they come, the newest only, and keeps what it signs. */
export class WitnessFeed {
  readonly #trail: Trail;
  readonly #folder: string;
  readonly #witness: WitnessAddress;
  readonly #warn: (text: string) => void;
  #seen = 0;
  #wait = LEAST_MS;
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;
  #warned = false;
  #closed = false;

  /** `folder` is the trail's; `warn` is told when the witness fails, once until it works again. */
  constructor(options: {
    trail: Trail;
    folder: string;
    witness: WitnessAddress;
    warn: (text: string) => void;
  }) {
    this.#trail = options.trail;
    this.#folder = options.folder;
    this.#witness = options.witness;
    this.#warn = options.warn;
  }

  /** There is a new checkpoint. */
  notice(): void {
    if (this.#closed || this.#timer || this.#sending) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.send().catch(() => {});
    }, this.#wait);
    this.#timer.unref();
  }

  /** Sends the newest checkpoint now. Throws WITNESS_UNAVAILABLE, TRAIL_ROLLED_BACK, TRAIL_UNAVAILABLE. */
  send(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
      const behind = this.#seen < (this.#trail.published?.size ?? 0);
      if (behind) this.notice();
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    const { name } = this.#witness.key;
    try {
      const checkpoint = await this.#trail.publish();
      const prover = tileProver(this.#trail.source, checkpoint.size);
      const note = await requestCosignature(this.#witness, checkpoint, prover, this.#seen);
      await replaceDurably(join(this.#folder, witnessedPath(this.#witness.key)), formatNote(note));
      this.#seen = checkpoint.size;
      this.#wait = LEAST_MS;
      if (this.#warned) this.#warn(`the witness ${name} cosigns again`);
      this.#warned = false;
    } catch (error) {
      this.#wait = Math.min(this.#wait * 2, MOST_MS);
      if (!this.#warned) this.#warn(`${codeOf(error) ?? 'INTERNAL'}: ${(error as TacetError).message}`);
      this.#warned = true;
      throw error;
    }
  }

  /** Sends what came last, when the witness answers, and ends. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#sending?.catch(() => {});
    if (!this.#warned && this.#seen < this.#trail.size) await this.send().catch(() => {});
  }
}

/** Whether a text is a path of a cosigned checkpoint: what may be asked of a folder. */
export function isWitnessedPath(path: string): boolean {
  return /^witnessed\/[0-9a-f]{8}$/.test(path);
}
