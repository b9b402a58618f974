import { TacetError } from '@tacet/records';
import { protectIdentity, shredEpoch } from '@tacet/seal';
import { replacePrivate } from '@tacet/server/directory';
import { type Io, STATUS } from '../../io.ts';
import { wholeNumber } from '../../options.ts';
import { askLine } from '../../terminal/ask.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

export interface ShredOptions extends KeysOptions {
  yes?: boolean;
}

const MAX_EPOCH = 4_294_967_295;

/** What no command of ours reaches. */
const OUT_OF_REACH = [
  'copies of grants that readers made while they had them, with their identities',
  'copies of the control records, together with one of keys/share.json from before and a reader’s identity',
  'what readers wrote down, exported or left on a screen',
];

/** `tacet keys shred`: destroys every wrap and every server share of an epoch. */
export async function shred(epoch: string, options: ShredOptions, io: Io): Promise<number> {
  const number = wholeNumber('EPOCH', epoch, 1, MAX_EPOCH);
  const workspace = await Workspace.open(options, io, 'shred');
  try {
    const file = await workspace.identity(options, io);
    await confirm(number, options, io);
    const { grants, shares } = await workspace.change(file.identity, (issuer) => shredEpoch(issuer, number));
    const { identity, path, passphrase, workFactor } = file;
    const epochs = identity.epochs.filter((key) => key.number !== number);
    if (epochs.length < identity.epochs.length)
      await replacePrivate(path, await protectIdentity({ ...identity, epochs }, passphrase, { workFactor }));
    const lines = [
      `Epoch ${number} is shredded: ${grants} grants and the shares of ${shares} segments are deleted.`,
      'Nothing sealed in it opens any more, here or in any copy of the log database. Its coarse facts stay.',
      'Not reached:',
      ...OUT_OF_REACH.map((copy) => `  - ${copy}`),
    ];
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ epoch: number, grants, shares, notReached: OUT_OF_REACH })}\n`
        : `${lines.join('\n')}\n`,
    );
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

async function confirm(number: number, options: ShredOptions, io: Io): Promise<void> {
  if (options.yes) return;
  if (!io.stdin.isTTY) throw new TacetError('USAGE', 'there is no way back: say --yes');
  const answer = await askLine(
    io,
    `Everything sealed in epoch ${number} is lost for everybody, for good. Type the number to go on:`,
  );
  if (answer.trim() !== `${number}`) throw new TacetError('USAGE', 'nothing was shredded');
}
