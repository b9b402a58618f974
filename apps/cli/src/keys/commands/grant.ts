import { TacetError } from '@tacet/records';
import { admitReader, equalBytes, readerId } from '@tacet/seal';
import { type Io, STATUS } from '../../io.ts';
import { wholeNumber } from '../../options.ts';
import { askLine } from '../../terminal/ask.ts';
import { harmless } from '../../terminal/text.ts';
import { fingerprintText, parseFingerprint } from '../fingerprint.ts';
import { readReaderFile } from '../reader-file.ts';
import { epochsOf, ranges } from '../show.ts';
import { type KeysOptions, Workspace } from '../workspace.ts';

export interface GrantOptions extends KeysOptions {
  fingerprint?: string;
  fromEpoch: string;
  name?: string;
}

const MAX_EPOCH = 4_294_967_295;

/** `tacet keys grant`: certifies a reader whose fingerprint was compared, and grants it epochs. */
export async function grant(file: string, options: GrantOptions, io: Io): Promise<number> {
  const from = wholeNumber('--from-epoch', options.fromEpoch, 1, MAX_EPOCH);
  const introduction = await readReaderFile(file);
  const name = options.name ?? introduction.name;
  await confirm(fingerprintText(introduction), name, options, io);
  const workspace = await Workspace.open(options, io, 'grant');
  try {
    const { identity } = await workspace.identity(options, io);
    const { after } = await workspace.change(identity, (issuer) =>
      admitReader(issuer, { ...introduction, name }, { from }),
    );
    const id = readerId(introduction.publicKey);
    const epochs = epochsOf(after, after.readers.find((reader) => equalBytes(reader.id, id))!);
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ name, fingerprint: fingerprintText(introduction), epochs })}\n`
        : `${harmless(name)} opens epochs ${ranges(epochs)}, and every later one until revoked.\n`,
    );
    return STATUS.done;
  } finally {
    await workspace.close();
  }
}

/** The fingerprint must come from the reader, not from the file: by a flag, or by a person who looks. */
export async function confirm(
  fingerprint: string,
  name: string,
  options: Pick<GrantOptions, 'fingerprint'>,
  io: Io,
): Promise<void> {
  if (options.fingerprint !== undefined) {
    if (parseFingerprint(options.fingerprint) === fingerprint) return;
    throw new TacetError(
      'FINGERPRINT_MISMATCH',
      `the file has the fingerprint ${fingerprint}: it was changed, or is somebody else's`,
    );
  }
  if (!io.stdin.isTTY)
    throw new TacetError('USAGE', 'say what fingerprint you were told: --fingerprint "3f2a 91bc …"');
  io.stderr.write(`Keys of ${harmless(name)}, fingerprint:\n\n  ${fingerprint}\n\n`);
  const answer = await askLine(io, 'Is that what you were told, over another channel? (yes/no)');
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new TacetError('FINGERPRINT_MISMATCH', 'the fingerprint was not confirmed: nothing is granted');
}
