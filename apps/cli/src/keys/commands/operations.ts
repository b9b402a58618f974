import { resolve } from 'node:path';
import { TacetError } from '@tacet/records';
import { createIdentity, delegateOperations, protectIdentity } from '@tacet/seal';
import { replacePrivate } from '@tacet/server/directory';
import { type Io, STATUS } from '../../io.ts';
import { openIdentityFile } from '../../profile/locate.ts';
import { createIdentityFile, newPassphrase } from '../../profile/write.ts';
import { dayOf } from '../show.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

export interface ExportOptions extends KeysOptions {
  newPassphraseFile?: string;
}

/** `tacet keys operations export`: an identity file with the operations key alone, for a key agent. */
export async function exportOperations(path: string, options: ExportOptions, io: Io): Promise<number> {
  const workspace = await Workspace.open(options, io, 'operations export');
  try {
    const { identity } = await workspace.identity(options, io);
    if (!identity.owner)
      throw new TacetError('OPERATIONS_INVALID', 'this identity does not hold the operations key');
    const { workspace: name, operations } = identity.owner;
    const passphrase = await newPassphrase(options.newPassphraseFile, io);
    const agent = {
      ...(await createIdentity()),
      pins: identity.pins,
      owner: { workspace: name, operations },
    };
    const file = resolve(path);
    const passphraseFile = await createIdentityFile(file, agent, passphrase);
    const lines = [
      `The key agent's:  ${file}`,
      ...(passphraseFile ? [`                  ${passphraseFile}`] : []),
      '',
      'It certifies epochs, readers and writers, and opens nothing. On the agent’s machine:',
      `  tacet keys agent --identity ${path} --to URL --token-file FILE`,
      '',
    ];
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ identity: file, ...(passphraseFile && { passphraseFile }) })}\n`
        : lines.join('\n'),
    );
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

export interface RotateOperationsOptions extends KeysOptions {
  agent?: string[];
}

/** `tacet keys operations rotate`: the root delegates a new operations key; the old one counts until it ends. */
export async function rotateOperations(options: RotateOperationsOptions, io: Io): Promise<number> {
  const workspace = await Workspace.open(options, io, 'operations rotate');
  try {
    const file = await workspace.identity(options, io);
    // Before anything is changed: a passphrase that does not fit must not leave an agent behind.
    const agents = await Promise.all(
      (options.agent ?? []).map((identity) => openIdentityFile({ identity }, io, undefined)),
    );
    const { after, identity } = await workspace.changeOwner(file, async (issuer) => {
      const { record, seed } = await delegateOperations(issuer);
      return { records: { operations: [record] }, owner: { ...issuer.identity.owner!, operations: seed } };
    });
    const { operations, workspace: name } = identity.owner!;
    for (const { path, passphrase, workFactor, identity: agent } of agents) {
      const changed = { ...agent, owner: { workspace: name, operations } };
      await replacePrivate(path, await protectIdentity(changed, passphrase, { workFactor }));
    }
    const newest = after.operations.at(-1)!;
    const lines = [
      `Operations key number ${newest.number} counts until ${dayOf(newest.notAfter)}.`,
      agents.length > 0
        ? 'The agents named take it up with their next pass.'
        : 'Give it to the key agent: tacet keys operations export, or --agent FILE the next time.',
      'The one before counts until it ends. If it may be stolen: tacet keys root rotate --replace-operations',
    ];
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ operations: newest.number, until: newest.notAfter })}\n`
        : `${lines.join('\n')}\n`,
    );
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}
