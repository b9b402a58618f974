import type { Columns } from '../native/reader.ts';
import type { MatchPlan } from './match.ts';

/** What an adapter gives to the one implementation of `LogStore`: statements in, columns out. */
export interface Engine {
  /** Runs a SELECT without values that must stay out of the query log. */
  select(sql: string): Promise<Columns>;
  /** Runs a match, bringing in its inputs so that no query log shows them. */
  match(plan: MatchPlan): Promise<Columns>;
  /** Runs a statement without a result; returns when its effect is there. */
  command(sql: string): Promise<void>;
  /**
   * Appends one Native block to `segments`, durable on return. `token` names the block: the engine
   * drops a second block of the same name even while the first is still being written. The block is the
   * engine's: it may give its memory back.
   */
  insert(block: Uint8Array, token: string): Promise<void>;
  close(): Promise<void>;
}
