import { AUTHORITY_LISTS, type Authority, type Maintenance, maintain } from '@tacet/seal';
import type { Io } from '../io.ts';
import type { AgentKeys } from './agent-keys.ts';
import { type KeysOptions, Workspace } from './workspace.ts';

/** What one pass did, and the authority after it. */
export interface Pass extends Maintenance {
  after: Authority;
  /** Whether the keys at hand include the root's, which an agent has no use for. */
  holdsRoot: boolean;
}

/**
 * One pass of a key agent: connects, does what is due (see `maintain`) and disconnects. The directory is
 * not held in between.
 */
export async function agentPass(
  keys: AgentKeys,
  options: KeysOptions,
  epochDays: number,
  io: Io,
): Promise<Pass> {
  const workspace = await Workspace.open(options, io, 'agent');
  try {
    const identity = await keys.open();
    const authority = await workspace.authority();
    let made = await maintain({ identity, authority, now: Date.now() }, { epochDays });
    const holdsRoot = identity.owner?.roots !== undefined;
    if (AUTHORITY_LISTS.every((list) => made.records[list].length === 0))
      return { ...made, after: authority, holdsRoot };
    const { after } = await workspace.change(identity, async (issuer) => {
      made = await maintain(issuer, { epochDays });
      return made.records;
    });
    return { ...made, after, holdsRoot };
  } finally {
    await workspace.close();
  }
}
