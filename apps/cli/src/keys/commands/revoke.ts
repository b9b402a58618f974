import { TacetError } from '@tacet/records';
import { type Authority, activeReaders, type Reader, revokeReader } from '@tacet/seal';
import { type Io, STATUS } from '../../io.ts';
import { harmless } from '../../terminal/text.ts';
import { fingerprintText } from '../fingerprint.ts';
import { activeNames, newestText } from '../show.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

/** `tacet keys revoke`: ends a reader's grants and starts an epoch without it. */
export async function revoke(who: string, options: KeysOptions, io: Io): Promise<number> {
  const workspace = await Workspace.open(options, io, 'revoke');
  try {
    const { identity } = await workspace.identity(options, io);
    let name = who;
    const { after, grants } = await workspace.change(identity, (issuer) => {
      const reader = find(issuer.authority, who);
      name = reader.name;
      return revokeReader(issuer, reader.id);
    });
    const { number } = after.epochs.at(-1)!;
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ revoked: name, epoch: number, grantsDeleted: grants })}\n`
        : [
            `${harmless(name)} is revoked; ${grants} grants are deleted here.`,
            `Now ${newestText(after)}, open to: ${activeNames(after)}`,
            'What was sealed before stays readable to whoever kept copies of the grants, as far as the server',
            'still releases it: take the token away too.',
            '',
          ].join('\n'),
    );
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

/** The one active reader of that name or fingerprint. Throws READER_UNKNOWN. */
function find(authority: Authority, who: string): Reader {
  const digits = who.toLowerCase().replace(/[\s:-]/g, '');
  const found = activeReaders(authority).filter(
    (reader) => reader.name === who || fingerprintText(reader).replaceAll(' ', '') === digits,
  );
  if (found.length === 1) return found[0]!;
  throw new TacetError(
    'READER_UNKNOWN',
    found.length === 0
      ? 'no active reader has that name or fingerprint; see tacet keys list'
      : 'several readers have that name: say which by the fingerprint',
  );
}
