import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import { equalBytes, toHex, wipe } from '../encoding/bytes.ts';
import type { EpochKey, Identity, RandomBytes } from '../identity/identity.ts';
import { hpkeOpen, hpkePublicKey, hpkeSeal, PRIVATE_KEY_BYTES } from '../keys/hpke.ts';
import { copySecret } from '../keys/mac.ts';
import type { Signer } from '../platform/port.ts';
import { encodeEpoch, epochId } from '../records/epoch.ts';
import { encodeGrant, grantInfo, RECIPIENT, readerId } from '../records/grant.ts';
import { CAPABILITY, encodeWriter } from '../records/writer.ts';
import type { Authority, DelegationEntry, Epoch } from './authority.ts';

export const DAY = 86_400;
/** Certificates begin this much before they are made: clocks differ. Seconds. */
export const BACKDATE = 300;
export const EPOCH_CERTIFICATE_DAYS = 30;
export const WRITER_CERTIFICATE_DAYS = 365;

/** Who certifies, on the ground of what, when (milliseconds since 1970). */
export interface Issuer {
  identity: Identity;
  authority: Pick<Authority, 'workspace' | 'operations' | 'epochs' | 'grants'>;
  now: number;
  /** For test vectors only. */
  random?: RandomBytes;
}

const seconds = (now: number) => Math.floor(now / 1000);

/**
 * The operations key in the identity and the delegation that makes it count now; `from` is the second
 * from which what it certifies may count.
 * @throws TacetError OPERATIONS_INVALID.
 */
export async function operationsKey(
  issuer: Issuer,
): Promise<{ signer: Signer; delegation: DelegationEntry; from: number }> {
  const owner = issuer.identity.owner;
  if (owner?.workspace !== issuer.authority.workspace) {
    throw new TacetError('OPERATIONS_INVALID', 'this identity does not hold the operations key');
  }
  const signer = await platform.signer(owner.operations);
  const at = seconds(issuer.now);
  const delegation = issuer.authority.operations.findLast(
    (entry) =>
      entry.counts &&
      equalBytes(entry.key, signer.publicKey) &&
      entry.notBefore <= at &&
      at <= entry.notAfter,
  );
  if (!delegation)
    throw new TacetError('OPERATIONS_INVALID', 'the operations key is not delegated at this time');
  return { signer, delegation, from: Math.max(delegation.notBefore, at - BACKDATE) };
}

async function signEpoch(
  issuer: Issuer,
  epoch: Pick<Epoch, 'number' | 'previous' | 'publicKey'>,
  days: number,
): Promise<Uint8Array> {
  const { signer, delegation, from } = await operationsKey(issuer);
  return encodeEpoch(
    {
      workspace: issuer.authority.workspace,
      operations: delegation.hash,
      number: epoch.number,
      previous: epoch.previous,
      publicKey: epoch.publicKey,
      notBefore: from,
      notAfter: from + days * DAY,
    },
    signer,
  );
}

/**
 * Makes the next epoch: a new workspace key. The caller grants it, with `key`, to readers and recovery,
 * and appends `record` together with the grants.
 * @param days how long the certificate lasts, 1–90.
 * @throws TacetError OPERATIONS_INVALID.
 */
export async function certifyEpoch(
  issuer: Issuer,
  days: number = EPOCH_CERTIFICATE_DAYS,
): Promise<{ record: Uint8Array; key: EpochKey; publicKey: Uint8Array }> {
  const seed = (issuer.random ?? platform.random)(PRIVATE_KEY_BYTES);
  const last = issuer.authority.epochs.at(-1);
  const epoch = {
    workspace: issuer.authority.workspace,
    number: (last?.number ?? 0) + 1,
    previous: last?.id ?? new Uint8Array(32),
    publicKey: await hpkePublicKey(seed),
  };
  return {
    record: await signEpoch(issuer, epoch, days),
    key: { id: epochId(epoch), number: epoch.number, seed },
    publicKey: epoch.publicKey,
  };
}

/**
 * Another certificate for the newest epoch: same key, later end.
 * @param days how long it lasts from now, 1–90.
 * @throws TacetError OPERATIONS_INVALID, EPOCH_INVALID when there is no epoch.
 */
export async function renewEpochCertificate(
  issuer: Issuer,
  days: number = EPOCH_CERTIFICATE_DAYS,
): Promise<Uint8Array> {
  const last = issuer.authority.epochs.at(-1);
  if (!last) throw new TacetError('EPOCH_INVALID', 'the workspace has no epoch to renew');
  return signEpoch(issuer, last, days);
}

/**
 * Certifies a writer's public key (Ed25519, 32 bytes).
 * @param options.days how long it may seal; a year unless told.
 * @throws TacetError OPERATIONS_INVALID.
 */
export async function certifyWriter(
  issuer: Issuer,
  options: { publicKey: Uint8Array; name: string; days?: number; capabilities?: number },
): Promise<Uint8Array> {
  const { signer, delegation, from } = await operationsKey(issuer);
  return encodeWriter(
    {
      workspace: issuer.authority.workspace,
      operations: delegation.hash,
      key: options.publicKey,
      name: options.name,
      capabilities: options.capabilities ?? CAPABILITY.seal,
      notBefore: from,
      notAfter: from + (options.days ?? WRITER_CERTIFICATE_DAYS) * DAY,
    },
    signer,
  );
}

/**
 * The epoch's private key as this identity has it, its own or through a grant: a copy, to be overwritten
 * by the caller.
 * @throws TacetError GRANT_MISSING, GRANT_INVALID when the grant does not open or holds another key.
 */
export async function epochKey(
  identity: Pick<Identity, 'reader' | 'epochs'>,
  authority: Pick<Authority, 'grants'>,
  epoch: Pick<Epoch, 'id' | 'number' | 'publicKey'>,
): Promise<Uint8Array> {
  const own = identity.epochs.find((key) => equalBytes(key.id, epoch.id));
  if (own) return copySecret(own.seed);
  const mine = authority.grants.find(
    (grant) => equalBytes(grant.recipient, identity.reader.id) && equalBytes(grant.epochId, epoch.id),
  );
  if (!mine) {
    throw new TacetError(
      'GRANT_MISSING',
      `this identity (${toHex(identity.reader.id).slice(0, 16)}) has no grant for epoch ${epoch.number}`,
    );
  }
  const seed = await hpkeOpen(identity.reader.seed, grantInfo(mine), { enc: mine.enc, sealed: mine.wrapped });
  if (!seed || !equalBytes(await hpkePublicKey(seed), epoch.publicKey)) {
    if (seed) wipe(seed);
    throw new TacetError('GRANT_INVALID', `the grant for epoch ${epoch.number} does not open`);
  }
  return seed;
}

/**
 * Wraps an epoch's private key to a reader whose key people have compared.
 * @param options.publicKey the recipient's X-Wing key, 1,216 bytes.
 * @throws TacetError OPERATIONS_INVALID, EPOCH_INVALID (no such epoch), GRANT_MISSING (not ours to give).
 */
export async function grantEpoch(
  issuer: Issuer,
  options: { epoch: number; publicKey: Uint8Array; kind?: keyof typeof RECIPIENT },
): Promise<Uint8Array> {
  const { signer, delegation, from } = await operationsKey(issuer);
  const epoch = issuer.authority.epochs[options.epoch - 1];
  if (!epoch) throw new TacetError('EPOCH_INVALID', `the workspace has no epoch ${options.epoch}`);
  const seed = await epochKey(issuer.identity, issuer.authority, epoch);
  const names = {
    workspace: issuer.authority.workspace,
    epoch: epoch.number,
    epochId: epoch.id,
    kind: RECIPIENT[options.kind ?? 'reader'],
    recipient: readerId(options.publicKey),
  };
  const { enc, sealed } = await hpkeSeal(options.publicKey, grantInfo(names), seed, issuer.random?.(64));
  wipe(seed);
  return encodeGrant({ ...names, operations: delegation.hash, enc, wrapped: sealed, issued: from }, signer);
}
