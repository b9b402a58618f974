import { TacetError } from '@tacet/records';
import { toHex } from '../encoding/bytes.ts';
import { requireSignature, type SignedParts } from '../records/envelope.ts';
import type { Delegation } from '../records/operations.ts';
import type { DelegationEntry } from './authority.ts';

/** Checks what every record signed by an operations key has in common; undefined when it is void. */
export async function certifiedBy(
  delegations: ReadonlyMap<string, DelegationEntry>,
  body: { workspace: string; operations: Uint8Array },
  issued: number,
  parts: SignedParts,
  code: 'EPOCH_INVALID' | 'WRITER_INVALID' | 'READER_INVALID' | 'REVOCATION_INVALID' | 'GRANT_INVALID',
): Promise<Delegation | undefined> {
  const delegation = delegations.get(toHex(body.operations));
  if (!delegation || delegation.workspace !== body.workspace) {
    throw new TacetError(code, 'signed under a delegation that this workspace does not have');
  }
  if (issued < delegation.notBefore || issued > delegation.notAfter) {
    throw new TacetError(code, 'issued outside the time of the delegation that signed it');
  }
  await requireSignature(delegation.key, parts, code);
  return delegation.counts ? delegation : undefined;
}
