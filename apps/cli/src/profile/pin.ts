import { parseToken } from '@tacet/access';
import type { Identity } from '@tacet/seal';

/**
 * The identity with the workspace of a token among those it knows. A token carries the hash of root
 * record 0, so that no server has to be believed; but a workspace that the identity knows by its name
 * keeps the hash that it has. Throws TOKEN_INVALID.
 */
export function pinned(identity: Identity, token: string): Identity {
  const { workspace, rootHash } = parseToken(token);
  if (identity.pins.some((pin) => pin.workspace === workspace)) return identity;
  return { ...identity, pins: [...identity.pins, { workspace, rootHash }] };
}
