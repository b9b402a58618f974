import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import { equalBytes } from '../encoding/bytes.ts';
import type { Identity, OwnerKeys, RandomBytes } from '../identity/identity.ts';
import { encodeDelegation } from '../records/operations.ts';
import { encodeRoot } from '../records/root.ts';
import type { Authority } from './authority.ts';
import { BACKDATE, DAY } from './certify.ts';
import { DELEGATION_DAYS } from './found.ts';

/** The owner, what holds now, and when (milliseconds since 1970). */
export interface OwnerAct {
  identity: Identity;
  authority: Authority;
  now: number;
  /** For test vectors only. */
  random?: RandomBytes;
}

function rootsOf(act: OwnerAct): NonNullable<OwnerKeys['roots']> {
  const { owner } = act.identity;
  if (owner?.workspace !== act.authority.workspace || !owner.roots) {
    throw new TacetError('ROOT_MISMATCH', 'this identity does not own the workspace');
  }
  return owner.roots;
}

/**
 * Delegates a new operations key by the root. The caller appends `record` and keeps `seed` as the
 * identity's (or key agent's) operations key.
 * @throws TacetError ROOT_MISMATCH when the identity does not hold the newest root key.
 */
export async function delegateOperations(
  act: OwnerAct,
  days: number = DELEGATION_DAYS,
): Promise<{ record: Uint8Array; seed: Uint8Array }> {
  const root = await platform.signer(rootsOf(act).current);
  const newest = act.authority.roots.at(-1)!;
  if (!equalBytes(root.publicKey, newest.key)) {
    throw new TacetError('ROOT_MISMATCH', 'the identity holds a root key that was replaced');
  }
  const seed = (act.random ?? platform.random)(32);
  const { publicKey } = await platform.signer(seed);
  const from = Math.floor(act.now / 1000) - BACKDATE;
  const record = await encodeDelegation(
    {
      workspace: act.authority.workspace,
      root: newest.number,
      number: act.authority.operations.length,
      key: publicKey,
      notBefore: from,
      notAfter: from + days * DAY,
    },
    root,
  );
  return { record, seed };
}

/**
 * Replaces the root key by the one that the newest root record announced. Delegations of earlier roots
 * are void from then on unless their hash is in `kept`. The caller appends `record`, makes the old next
 * root the root, `nextRoot` the next, and delegates operations anew.
 * @throws TacetError ROOT_MISMATCH when the identity does not hold the announced key.
 */
export async function replaceRoot(
  act: OwnerAct,
  kept: readonly Uint8Array[],
): Promise<{ record: Uint8Array; nextRoot: Uint8Array }> {
  const root = await platform.signer(rootsOf(act).next);
  const newest = act.authority.roots.at(-1)!;
  if (!equalBytes(platform.sha256(root.publicKey), newest.next)) {
    throw new TacetError('ROOT_MISMATCH', 'the identity holds another key than the announced one');
  }
  const nextRoot = (act.random ?? platform.random)(32);
  const record = await encodeRoot(
    {
      workspace: act.authority.workspace,
      number: newest.number + 1,
      key: root.publicKey,
      next: platform.sha256((await platform.signer(nextRoot)).publicKey),
      previous: act.authority.newestRootHash,
      issued: Math.floor(act.now / 1000),
      kept: [...kept],
    },
    root,
  );
  return { record, nextRoot };
}
