import { type Authority, epochEnds, RECIPIENT, toHex } from '@tacet/seal';
import { type Io, STATUS } from '../../io.ts';
import { harmless } from '../../terminal/text.ts';
import { fingerprintText } from '../fingerprint.ts';
import { dayOf, epochBegins, epochsOf, ranges } from '../show.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

/** `tacet keys list`: the verified authority of a workspace. */
export async function list(options: KeysOptions, io: Io): Promise<number> {
  const workspace = await Workspace.open(options, io, 'list');
  try {
    const authority = await workspace.authority();
    const facts = factsOf(authority);
    io.stdout.write(options.json ? `${JSON.stringify(facts)}\n` : render(facts));
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

type Facts = ReturnType<typeof factsOf>;

function factsOf(authority: Authority) {
  const { workspace, rootHash, roots, operations, epochs, readers, writers } = authority;
  return {
    workspace,
    rootHash: toHex(rootHash),
    roots: roots.map(({ number, issued }) => ({ number, issued })),
    operations: operations.map(({ number, root, notBefore, notAfter, counts }) => ({
      number,
      root,
      from: notBefore,
      until: notAfter,
      counts,
    })),
    epochs: epochs.map((epoch) => ({
      number: epoch.number,
      id: toHex(epoch.id),
      from: epochBegins(epoch),
      certifiedUntil: epochEnds(epoch),
      certificates: epoch.certificates.length,
      ...(epoch.shredded !== undefined && { shredded: epoch.shredded }),
    })),
    readers: readers.map((reader) => ({
      name: reader.name,
      kind: reader.kind === RECIPIENT.recovery ? 'recovery' : 'reader',
      fingerprint: fingerprintText(reader),
      since: reader.issued,
      epochs: epochsOf(authority, reader),
      ...(reader.revoked !== undefined && { revoked: reader.revoked }),
    })),
    writers: writers.map(({ name, key, notBefore, notAfter }) => ({
      name,
      key: toHex(key),
      from: notBefore,
      until: notAfter,
    })),
  };
}

function render({ workspace, rootHash, roots, operations, epochs, readers, writers }: Facts): string {
  const counting = operations.filter(({ counts }) => counts);
  const rows = (head: string, lines: string[]) => [head, ...lines.map((line) => `  ${line}`), ''];
  const last = new Map(writers.map((writer) => [writer.key, writer]));
  for (const writer of writers) if (writer.until > last.get(writer.key)!.until) last.set(writer.key, writer);
  return [
    `Workspace ${harmless(workspace)}`,
    `  root hash       ${rootHash}`,
    `  root key        number ${roots.at(-1)!.number}, since ${dayOf(roots.at(-1)!.issued)}`,
    ...counting.map(({ number, until }) => `  operations key  number ${number}, until ${dayOf(until)}`),
    '',
    ...rows(
      'Epochs',
      epochs.map(({ number, from, certifiedUntil, shredded }, at) => {
        const state =
          shredded !== undefined
            ? `shredded on ${dayOf(shredded)}`
            : `${at === epochs.length - 1 ? 'in use' : 'over'}, certified until ${dayOf(certifiedUntil)}`;
        return `${String(number).padStart(4)}  from ${dayOf(from)}  ${state}`;
      }),
    ),
    ...rows(
      'Readers',
      readers.map(({ name, kind, fingerprint, epochs: opened, revoked }) => {
        const state =
          revoked !== undefined ? `revoked on ${dayOf(revoked)}` : `opens epochs ${ranges(opened)}`;
        return `${fingerprint}  ${harmless(name)}${kind === 'recovery' ? ' (for recovery)' : ''}, ${state}`;
      }),
    ),
    ...rows(
      'Writers',
      [...last.values()].map(
        ({ key, name, until }) => `${key.slice(0, 16)}  ${harmless(name)}, until ${dayOf(until)}`,
      ),
    ),
  ]
    .slice(0, -1)
    .concat('')
    .join('\n');
}
