import { concat, lp, u32, utf8 } from '../encoding/bytes.ts';
import { label } from '../keys/derive.ts';
import { ENCAPSULATED_BYTES, TAG_BYTES } from '../keys/hpke.ts';
import { secretHmac } from '../keys/mac.ts';
import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  recordHash,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';

/** One run of one writer within one epoch; holds the run's secret S0, sealed to the epoch's key. */
export interface SessionRecord {
  workspace: string;
  epoch: number;
  epochId: Uint8Array;
  /** Random, 16 bytes. */
  session: Uint8Array;
  /** The writer's Ed25519 key. */
  writer: Uint8Array;
  /** Seconds since 1970. */
  started: number;
  /** 1,120 bytes. */
  enc: Uint8Array;
  /** S0 (32 bytes) sealed: 48 bytes. */
  sealed: Uint8Array;
  /** Lets a reader check an S0 that came from elsewhere (a keyring) against this record. */
  commitment: Uint8Array;
}

type SessionNames = Pick<SessionRecord, 'workspace' | 'epoch' | 'epochId' | 'session' | 'writer'>;

function sessionNames(name: string, session: SessionNames): Uint8Array {
  return concat(
    label(name),
    lp(utf8(session.workspace)),
    u32(session.epoch),
    session.epochId,
    session.session,
    session.writer,
  );
}

/** HPKE `info` of a session's secret. */
export function sessionInfo(session: SessionNames): Uint8Array {
  return sessionNames('session', session);
}

/** HMAC(S0, label ‖ names): says nothing about a random S0, and fits no other. */
export function sessionCommitment(secret: Uint8Array, session: SessionNames): Uint8Array {
  return secretHmac(secret, sessionNames('session-commitment', session));
}

/** The signed record, canonical bytes. */
export async function encodeSession(session: SessionRecord, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('session')
    .text(session.workspace)
    .u32(session.epoch)
    .raw(session.epochId)
    .raw(session.session)
    .raw(session.writer)
    .i64(session.started)
    .lp(session.enc)
    .lp(session.sealed)
    .raw(session.commitment);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError SESSION_MALFORMED, RECORD_VERSION_UNKNOWN. */
export function decodeSession(record: Uint8Array): {
  session: SessionRecord;
  parts: SignedParts;
  hash: Uint8Array;
} {
  const parts = splitRecord(record, 'SESSION_MALFORMED');
  const reader = openRecord(parts.payload, 'session', 'SESSION_MALFORMED');
  const session: SessionRecord = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    epoch: reader.u32('epoch'),
    epochId: reader.raw(32, 'epoch id'),
    session: reader.raw(16, 'session'),
    writer: reader.raw(32, 'writer'),
    started: reader.i64('started'),
    enc: reader.lp('enc', { exact: ENCAPSULATED_BYTES }),
    sealed: reader.lp('sealed secret', { exact: 32 + TAG_BYTES }),
    commitment: reader.raw(32, 'commitment'),
  };
  reader.end();
  return { session, parts, hash: recordHash(record) };
}
