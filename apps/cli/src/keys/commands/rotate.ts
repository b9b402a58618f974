import { type Maintenance, maintain, nextEpoch } from '@tacet/seal';
import { type Io, STATUS } from '../../io.ts';
import { activeNames, newestText } from '../show.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

/** `tacet keys rotate`: a new epoch at once, granted to every active reader. */
export async function rotate(options: KeysOptions, io: Io): Promise<number> {
  const workspace = await Workspace.open(options, io, 'rotate');
  try {
    const { identity } = await workspace.identity(options, io);
    const { after } = await workspace.change(identity, (issuer) => nextEpoch(issuer));
    const { number } = after.epochs.at(-1)!;
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ epoch: number })}\n`
        : `Now ${newestText(after)}, open to: ${activeNames(after)}\nWriters go on in it with their next segment.\n`,
    );
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

/** `tacet keys renew`: certificates that end soon, of the newest epoch and of writers. */
export async function renew(options: KeysOptions, io: Io): Promise<number> {
  const workspace = await Workspace.open(options, io, 'renew');
  try {
    const { identity } = await workspace.identity(options, io);
    let made: Maintenance | undefined;
    const { after } = await workspace.change(identity, async (issuer) => {
      made = await maintain(issuer);
      return made.records;
    });
    const { renewed = false, writers = [] } = made ?? {};
    const lines = [
      renewed ? `Renewed: ${newestText(after)}` : `Nothing to renew: ${newestText(after)}`,
      ...writers.map((name) => `Renewed: writer ${name}`),
    ];
    io.stdout.write(options.json ? `${JSON.stringify({ renewed, writers })}\n` : `${lines.join('\n')}\n`);
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}
