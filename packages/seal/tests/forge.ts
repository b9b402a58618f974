import type { ClearColumns } from '@tacet/records';
import { platform } from '#platform';
import {
  type Authority,
  decodeSession,
  epochKey,
  type Identity,
  type SealedParts,
  type WriterCredential,
} from '../src/index.ts';
import { firstPeriodKey, ReaderChain, segmentKeys } from '../src/keys/chain.ts';
import { hpkeOpen } from '../src/keys/hpke.ts';
import { sessionInfo } from '../src/records/session.ts';
import { encodeClear } from '../src/segment/clear.ts';
import { encodeHeader, type SegmentHeader, segmentMessage } from '../src/segment/header.ts';
import { packRows } from '../src/segment/padding.ts';
import { NONCE, syntheticSalt } from '../src/segment/seal.ts';

/** What a writer that holds its keys, but not to the rules, can make of a segment. */
export interface Forgery {
  header: SegmentHeader;
  rows: Uint8Array;
  clear: ClearColumns;
  share: Uint8Array;
  filter?: Uint8Array;
  /** Each step may be spoiled before the next builds on it, so that only the check meant can notice. */
  spoilHeader?: (header: Uint8Array) => Uint8Array;
  spoilPadded?: (padded: Uint8Array) => Uint8Array;
  spoilSalt?: (salt: Uint8Array) => Uint8Array;
  spoilCommitment?: (commitment: Uint8Array) => Uint8Array;
  spoilCiphertext?: (ciphertext: Uint8Array) => Uint8Array;
}

/** The links of a session, as its reader derives them. */
export async function chainOf(
  record: Uint8Array,
  identity: Identity,
  authority: Authority,
): Promise<ReaderChain> {
  const { session, hash } = decodeSession(record);
  const seed = await epochKey(identity, authority, authority.epochs[session.epoch - 1]!);
  const secret = await hpkeOpen(seed, sessionInfo(session), { enc: session.enc, sealed: session.sealed });
  return new ReaderChain(firstPeriodKey(hash, secret!));
}

const same = (bytes: Uint8Array) => bytes;

/** Seals without any of `WriterSession`'s care. */
export async function forge(
  chain: ReaderChain,
  writer: WriterCredential,
  forgery: Forgery,
): Promise<SealedParts> {
  const { spoilHeader = same, spoilPadded = same, spoilSalt = same } = forgery;
  const { spoilCommitment = same, spoilCiphertext = same, share, filter = new Uint8Array(0) } = forgery;
  const link = chain.link(forgery.header.period, forgery.header.number);
  const header = spoilHeader(encodeHeader(forgery.header));
  const padded = spoilPadded(packRows(forgery.rows, forgery.header.codec));
  const salt = spoilSalt(syntheticSalt(link, header, padded));
  const keys = segmentKeys(link, share, salt);
  const commitment = spoilCommitment(keys.commitment);
  const ciphertext = spoilCiphertext(await platform.gcmSeal(keys.key, NONCE, header, padded));
  const signer = await platform.signer(writer.seed);
  const signature = await signer.sign(segmentMessage({ header, salt, commitment, ciphertext, filter }));
  return { header, salt, commitment, signature, ciphertext, filter, clear: forgery.clear, share };
}

/** SHA-256 of the canonical clear columns, as a header holds it. */
export function clearHash(clear: ClearColumns): Uint8Array {
  return platform.sha256(encodeClear(clear));
}
