import { concat, lp, u32, utf8 } from '../encoding/bytes.ts';
import { label } from '../keys/derive.ts';
import { ENCAPSULATED_BYTES, TAG_BYTES } from '../keys/hpke.ts';
import type { Signer } from '../platform/port.ts';
import {
  beginRecord,
  MAX_WORKSPACE_BYTES,
  openRecord,
  type SignedParts,
  signRecord,
  splitRecord,
} from './envelope.ts';

/** Session (16 bytes) and its S0 (32). */
export const KEYRING_ENTRY_BYTES = 48;
/** So many fit into a record, whatever the workspace is called. */
export const KEYRING_SESSIONS = 1_300;

/** Secrets of sessions that a reader opened, sealed to the epoch, so that they need not be opened again. */
export interface Keyring {
  workspace: string;
  epoch: number;
  epochId: Uint8Array;
  /** Id of the reader who made it. */
  reader: Uint8Array;
  /** Seconds since 1970. */
  made: number;
  /** 1,120 bytes. */
  enc: Uint8Array;
  /** Entries in ascending order of sessions, sealed. */
  sealed: Uint8Array;
}

/** HPKE `info` of a keyring. */
export function keyringInfo(
  keyring: Pick<Keyring, 'workspace' | 'epoch' | 'epochId' | 'reader'>,
): Uint8Array {
  return concat(
    label('keyring'),
    lp(utf8(keyring.workspace)),
    u32(keyring.epoch),
    keyring.epochId,
    keyring.reader,
  );
}

/** The signed record, canonical bytes. */
export async function encodeKeyring(keyring: Keyring, signer: Signer): Promise<Uint8Array> {
  const writer = beginRecord('keyring')
    .text(keyring.workspace)
    .u32(keyring.epoch)
    .raw(keyring.epochId)
    .raw(keyring.reader)
    .i64(keyring.made)
    .lp(keyring.enc)
    .lp(keyring.sealed);
  return signRecord(writer.bytes(), signer);
}

/** Decoded, the signature not checked. @throws TacetError KEYRING_INVALID, RECORD_VERSION_UNKNOWN. */
export function decodeKeyring(record: Uint8Array): { keyring: Keyring; parts: SignedParts } {
  const parts = splitRecord(record, 'KEYRING_INVALID');
  const reader = openRecord(parts.payload, 'keyring', 'KEYRING_INVALID');
  const keyring: Keyring = {
    workspace: reader.text('workspace', MAX_WORKSPACE_BYTES),
    epoch: reader.u32('epoch'),
    epochId: reader.raw(32, 'epoch id'),
    reader: reader.raw(32, 'reader'),
    made: reader.i64('made'),
    enc: reader.lp('enc', { exact: ENCAPSULATED_BYTES }),
    sealed: reader.lp('sealed secrets', { max: KEYRING_SESSIONS * KEYRING_ENTRY_BYTES + TAG_BYTES }),
  };
  reader.end();
  return { keyring, parts };
}
