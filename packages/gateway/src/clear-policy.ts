import { join } from 'node:path';
import { memberOf } from '@tacet/receive';
import { BUILT_IN_POLICY, type ClearPolicy, parseClearPolicy, TacetError } from '@tacet/records';
import { readIfThere } from './remote/files.ts';

export const CLEAR_POLICY_FILE = 'clear-policy.json';

/**
 * What is clear, sealed and dropped, from `clear-policy.json` in a directory or a writer's folder; the
 * built-in policy when there is none. An attribute that a convention has for a member means the member
 * too: `user.id` arrives as `user_id`. Throws CONFIG_INVALID.
 */
export async function readClearPolicy(folder: string): Promise<ClearPolicy> {
  const text = await readIfThere(join(folder, CLEAR_POLICY_FILE)).catch((cause) => {
    throw new TacetError('CONFIG_INVALID', `${CLEAR_POLICY_FILE} cannot be read`, { cause });
  });
  if (text === undefined) return BUILT_IN_POLICY;
  const policy = parseClearPolicy(text);
  const members = [...policy.dropped].flatMap((name) => memberOf(name) ?? []);
  return { ...policy, dropped: new Set([...policy.dropped, ...members]) };
}
