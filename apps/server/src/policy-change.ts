import { createHash } from 'node:crypto';
import type { PolicyFile } from '@tacet/access';
import type { ControlStore } from '@tacet/store';
import type { Trail } from '@tacet/trail';

const KNOWN = 'policy';

/** SHA-256 over names and texts, in order. */
export function policyHash(files: readonly PolicyFile[]): Uint8Array {
  const hash = createHash('sha256');
  for (const { name, text } of files) hash.update(JSON.stringify([name, text]));
  return new Uint8Array(hash.digest());
}

/**
 * Enters in the trail that the policies are others than when the server last started; durable before
 * anything is decided by them. The first ones are entered too.
 */
export async function enterPolicy(
  files: readonly PolicyFile[],
  { workspace, control, trail }: { workspace: string; control: ControlStore; trail: Pick<Trail, 'append'> },
): Promise<void> {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  const hash = policyHash(files);
  const known = await control.getMeta(`${KNOWN} ${workspace}`);
  if (known && Buffer.compare(known, hash) === 0) return;
  const facts = {
    hash: hex(hash),
    files: files.map(({ name }) => name),
    ...(known && { before: hex(known) }),
  };
  await trail.append({ kind: 'policy', workspace, actor: 'server', facts });
  await control.setMeta(`${KNOWN} ${workspace}`, hash);
}
