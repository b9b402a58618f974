import { type Authority, type AuthorityRecords, verifyAuthority } from '@tacet/seal';
import type { ControlStore } from '@tacet/store';

/** Kinds of authority records, as the control store names them. */
const KINDS = [
  'root',
  'operations',
  'epochs',
  'writers',
  'grants',
] as const satisfies (keyof AuthorityRecords)[];

/** Stores the records of a newly founded workspace. */
export async function storeAuthority(
  control: ControlStore,
  workspace: string,
  records: AuthorityRecords,
): Promise<void> {
  for (const kind of KINDS)
    for (const body of records[kind]) await control.appendRecord(workspace, kind, body);
}

/** The signed records as they are stored: to be verified by whoever relies on them. */
export async function readAuthority(control: ControlStore, workspace: string): Promise<AuthorityRecords> {
  const records: AuthorityRecords = { root: [], operations: [], epochs: [], writers: [], grants: [] };
  for (const kind of KINDS) records[kind] = await control.records(workspace, kind);
  return records;
}

/** The same, verified against the hash of root record 0. Throws what `verifyAuthority` throws. */
export async function loadAuthority(
  control: ControlStore,
  workspace: string,
  rootHash: Uint8Array,
): Promise<Authority> {
  return verifyAuthority(await readAuthority(control, workspace), { rootHash });
}
