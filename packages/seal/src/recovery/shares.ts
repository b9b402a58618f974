import { codeOf, TacetError } from '@tacet/records';
import { combine, split } from 'shamir-secret-sharing';
import { platform } from '#platform';
import { concat, equalBytes, toHex, wipe } from '../encoding/bytes.ts';
import { decodeIdentity, encodeIdentity } from '../identity/file.ts';
import type { Identity } from '../identity/identity.ts';
import { labelledHash } from '../keys/derive.ts';
import { beginRecord, MAX_WORKSPACE_BYTES, openRecord } from '../records/envelope.ts';

/** How many shares are made, and how many of them give the identity back. */
export const RECOVERY_SHARES = 3;
export const RECOVERY_THRESHOLD = 2;
const MAX_SHARE_BYTES = 8_192;
const CHECK_BYTES = 16;

/** One share as its file holds it. Alone it says nothing about the identity. */
export interface RecoveryShare {
  workspace: string;
  /** Random, 8 bytes: shares of one set belong together. */
  set: Uint8Array;
  /** 1, 2 or 3. */
  number: number;
  share: Uint8Array;
}

const check = (bytes: Uint8Array) => labelledHash('recovery', bytes).subarray(0, CHECK_BYTES);
const fail = (why: string): never => {
  throw new TacetError('RECOVERY_INVALID', why);
};

/**
 * Splits an identity into three shares of which any two give it back (Shamir, over GF(256)). Each is a
 * record with a checksum over it; see docs/format.md.
 */
export async function splitIdentity(identity: Identity, workspace: string): Promise<Uint8Array[]> {
  const plain = encodeIdentity(identity);
  const secret = concat(plain, check(plain));
  try {
    const set = platform.random(8);
    const shares = await split(secret, RECOVERY_SHARES, RECOVERY_THRESHOLD);
    return shares.map((share, at) => {
      const record = beginRecord('recovery')
        .text(workspace)
        .raw(set)
        .u8(at + 1)
        .lp(share)
        .bytes();
      return concat(record, check(record));
    });
  } finally {
    wipe(plain, secret);
  }
}

/** Reads one share. @throws TacetError RECOVERY_INVALID, RECORD_VERSION_UNKNOWN. */
export function decodeShare(bytes: Uint8Array): RecoveryShare {
  const record = bytes.subarray(0, -CHECK_BYTES);
  if (bytes.length <= CHECK_BYTES || !equalBytes(bytes.subarray(-CHECK_BYTES), check(record)))
    fail('a share is damaged: its checksum does not fit');
  const reader = openRecord(record, 'recovery', 'RECOVERY_INVALID');
  const share: RecoveryShare = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    set: reader.raw(8, 'set'),
    number: reader.u8('number'),
    share: reader.lp('share', { max: MAX_SHARE_BYTES }),
  };
  reader.end();
  return share;
}

/**
 * The identity that was split. @throws TacetError RECOVERY_INVALID for too few shares, shares of
 * different sets, the same one twice, or shares that were changed together with their checksums.
 */
export async function joinShares(shares: readonly RecoveryShare[]): Promise<Identity> {
  const distinct = new Map(shares.map((share) => [share.number, share]));
  const sets = new Set(shares.map(({ set }) => toHex(set)));
  if (sets.size > 1) fail('the shares are of different sets');
  if (distinct.size < RECOVERY_THRESHOLD) fail(`it takes ${RECOVERY_THRESHOLD} different shares`);
  const secret = await combine([...distinct.values()].map(({ share }) => share)).catch(() =>
    fail('the shares do not fit together'),
  );
  const plain = secret.subarray(0, -CHECK_BYTES);
  try {
    if (!equalBytes(secret.subarray(-CHECK_BYTES), check(plain))) fail('the shares do not fit together');
    return await decodeIdentity(plain);
  } catch (error) {
    if (codeOf(error)) throw error;
    return fail('the shares hold something else');
  } finally {
    wipe(secret);
  }
}
