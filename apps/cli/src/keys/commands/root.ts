import { replaceRootAlone, replaceRootAndOperations } from '@tacet/seal';
import { type Io, STATUS } from '../../io.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

export interface RootOptions extends KeysOptions {
  replaceOperations?: boolean;
}

/** `tacet keys root rotate`: the announced root key takes over, and announces another one. */
export async function rotateRoot(options: RootOptions, io: Io): Promise<number> {
  const workspace = await Workspace.open(options, io, 'root rotate');
  try {
    const file = await workspace.identity(options, io);
    const replace = options.replaceOperations ? replaceRootAndOperations : replaceRootAlone;
    const { after } = await workspace.changeOwner(file, replace);
    const { number } = after.roots.at(-1)!;
    const lines = [
      `Root key number ${number} counts now; the identity file holds it and the next one.`,
      options.replaceOperations
        ? 'Operations has a new key, by which everything is certified anew; the old one counts for nothing.'
        : 'The operations key goes on counting.',
      'What was made for recovery holds the old keys: make it again (tacet keys recovery).',
      ...(options.replaceOperations ? ['Give the key agent the new key: tacet keys operations export.'] : []),
    ];
    io.stdout.write(options.json ? `${JSON.stringify({ root: number })}\n` : `${lines.join('\n')}\n`);
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}
