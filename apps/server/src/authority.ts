import {
  AUTHORITY_LISTS,
  type Authority,
  type AuthorityRecords,
  emptyRecords,
  epochEnds,
  verifyAuthority,
} from '@tacet/seal';
import type { ControlStore } from '@tacet/store';

const DAY_SECONDS = 86_400;
/** Certificates that end sooner are worth a warning. */
const WARN_DAYS = 10;

/** Stores the records of a newly founded workspace. */
export async function storeAuthority(
  control: ControlStore,
  workspace: string,
  records: AuthorityRecords,
): Promise<void> {
  for (const list of AUTHORITY_LISTS)
    for (const body of records[list]) await control.appendRecord(workspace, list, body);
}

/** The stored records as they are. */
export async function readRecords(control: ControlStore, workspace: string): Promise<AuthorityRecords> {
  const records = emptyRecords();
  for (const list of AUTHORITY_LISTS) records[list] = await control.records(workspace, list);
  return records;
}

/** The stored records, verified against the hash of root record 0. Throws what `verifyAuthority` throws. */
export async function loadAuthority(
  control: ControlStore,
  workspace: string,
  rootHash: Uint8Array,
): Promise<Authority> {
  return verifyAuthority(await readRecords(control, workspace), { rootHash });
}

/** Follows the epochs: warns before the newest one's certificate ends, notices a new one. */
export class EpochWatch {
  readonly #load: () => Promise<Authority>;
  readonly #now: () => number;
  readonly #warn: (text: string) => void;
  readonly #onNewEpoch: () => void;
  #newest = 0;
  #ends = 0;
  #warned: number | undefined;

  /** `now` gives milliseconds since 1970; `onNewEpoch` is not called for the first look. */
  constructor(options: {
    load: () => Promise<Authority>;
    now: () => number;
    warn: (text: string) => void;
    onNewEpoch: () => void;
  }) {
    this.#load = options.load;
    this.#now = options.now;
    this.#warn = options.warn;
    this.#onNewEpoch = options.onNewEpoch;
  }

  /** When the newest epoch's certificate ends, Unix seconds. */
  get ends(): number {
    return this.#ends;
  }

  /** Reads and verifies the records anew, and gives them. Throws what `loadAuthority` throws. */
  async look(): Promise<Authority> {
    const authority = await this.#load();
    const epoch = authority.epochs.at(-1);
    this.#ends = epoch ? epochEnds(epoch) : 0;
    const number = epoch?.number ?? 0;
    if (this.#newest !== 0 && number > this.#newest) this.#onNewEpoch();
    this.#newest = Math.max(this.#newest, number);
    const days = Math.floor((this.#ends - this.#now() / 1000) / DAY_SECONDS);
    // Once a day is often enough.
    if (days >= WARN_DAYS || days === this.#warned) return authority;
    this.#warned = days;
    this.#warn(
      days < 0
        ? 'the certificate of the newest epoch has ended: nothing can be stored until it is renewed'
        : `the certificate of the newest epoch ends in ${days} days: renew it in time`,
    );
    return authority;
  }
}
