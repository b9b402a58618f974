import { platform } from '#platform';
import type { RandomBytes } from '../identity/identity.ts';
import { beginRecord, MAX_WORKSPACE_BYTES, openRecord } from '../records/envelope.ts';
import { MAX_WRITER_NAME_BYTES } from '../records/writer.ts';

/** A writer's private key. Opens nothing: it signs sessions and segments. */
export interface WriterCredential {
  workspace: string;
  name: string;
  /** Ed25519, 32 bytes each. */
  publicKey: Uint8Array;
  seed: Uint8Array;
}

/** A new writer key. It seals nothing until `certifyWriter` has certified its public half. */
export async function createWriter(
  workspace: string,
  name: string,
  random: RandomBytes = platform.random,
): Promise<WriterCredential> {
  const seed = random(32);
  return { workspace, name, publicKey: (await platform.signer(seed)).publicKey, seed };
}

/** Canonical bytes for the writer's own secret store; not encrypted. */
export function encodeCredential(writer: WriterCredential): Uint8Array {
  return beginRecord('credential').text(writer.workspace).text(writer.name).raw(writer.seed).bytes();
}

/** @throws TacetError RECORD_MALFORMED, RECORD_VERSION_UNKNOWN. */
export async function decodeCredential(bytes: Uint8Array): Promise<WriterCredential> {
  const reader = openRecord(bytes, 'credential', 'RECORD_MALFORMED');
  const workspace = reader.text('workspace', MAX_WORKSPACE_BYTES);
  const name = reader.text('name', MAX_WRITER_NAME_BYTES);
  const seed = reader.raw(32, 'key');
  reader.end();
  const { publicKey } = await platform.signer(seed);
  return { workspace, name, publicKey, seed };
}
