import { readFile } from 'node:fs/promises';
import { TacetError } from '@tacet/records';
import { verifyReceipt } from '@tacet/seal';
import { layoutOf, readConfig } from '@tacet/server/directory';
import { type Io, STATUS } from '../io.ts';
import { readProfile } from '../profile/index.ts';

export interface ReceiptOptions {
  dir?: string;
  root?: string;
  json?: boolean;
}

/** `tacet receipt verify`: checks a receipt of an erasure, offline. */
export async function verify(file: string, options: ReceiptOptions, io: Io): Promise<number> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new TacetError('USAGE', `there is no file ${file}`);
  });
  const receipt = await verifyReceipt(text, await rootHash(text, options, io));
  if (options.json) {
    io.stdout.write(`${JSON.stringify(receipt)}\n`);
    return STATUS.done;
  }
  const { workspace, fields, rows, segments, rewritten, backups, filesGone, notReached, trail } = receipt;
  io.stdout.write(
    [
      `A valid receipt of workspace ${workspace}: asked, approved by a second person, done.`,
      `  matched by            ${fields.join(', ')}`,
      `  rows gone             ${rows}, in ${segments} segments, of which ${rewritten} go on without them`,
      `  last file gone        ${filesGone}`,
      `  backups forget since  ${backups.logDatabase} (log database), ${backups.controlRecords} (control records)`,
      `  in the trail          entry ${trail.index}, leaf ${trail.leaf}`,
      '  not reached:',
      ...notReached.map((what) => `    - ${what}`),
      '',
    ].join('\n'),
  );
  return STATUS.done;
}

/** The root hash to trust: a flag, the directory's, or one that this user's index knows. Throws USAGE. */
async function rootHash(text: string, { root, dir }: ReceiptOptions, io: Io): Promise<string> {
  if (root !== undefined) {
    if (!/^[0-9a-f]{64}$/.test(root)) throw new TacetError('USAGE', '--root takes 64 hexadecimal digits');
    return root;
  }
  if (dir !== undefined) return (await readConfig(layoutOf(dir))).rootHash;
  const known = Object.keys(await readProfile(io.env)).find((hash) => text.includes(hash));
  if (known === undefined)
    throw new TacetError('USAGE', 'say which workspace you trust: --root HASH, or --dir D');
  return known;
}
