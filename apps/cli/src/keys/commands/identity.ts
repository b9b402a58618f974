import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TacetError } from '@tacet/records';
import { createIdentity } from '@tacet/seal';
import { type Io, STATUS } from '../../io.ts';
import { profileFolder } from '../../profile/folder.ts';
import { createIdentityFile, newPassphrase } from '../../profile/write.ts';
import { fingerprintText } from '../fingerprint.ts';
import { readerLine } from '../reader-file.ts';

export interface IdentityOptions {
  identity?: string;
  passphraseFile?: string;
  json?: boolean;
}

const MAX_NAME_BYTES = 64;

/** `tacet keys identity new`: a reader's keys, and the file by which they are granted epochs. */
export async function newIdentity(name: string, options: IdentityOptions, io: Io): Promise<number> {
  if (name.trim() === '' || Buffer.byteLength(name) > MAX_NAME_BYTES || /\p{Cc}/u.test(name))
    throw new TacetError(
      'USAGE',
      `a reader is named by 1 to ${MAX_NAME_BYTES} bytes without control characters`,
    );
  const fileName = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[.-]+/, '') || 'reader';
  const path = resolve(options.identity ?? join(profileFolder(io.env), `${fileName}.identity`));
  const passphrase = await newPassphrase(options.passphraseFile ?? io.env.TACET_PASSPHRASE_FILE, io);
  const identity = await createIdentity();
  const passphraseFile = await createIdentityFile(path, identity, passphrase);
  const readerFile = path.replace(/(?:\.identity)?$/, '.reader');
  await writeFile(readerFile, await readerLine(identity, name));
  const fingerprint = fingerprintText({
    publicKey: identity.reader.publicKey,
    signing: identity.signing.publicKey,
  });
  const made = { identity: path, ...(passphraseFile && { passphraseFile }), readerFile, fingerprint };
  const lines = [
    `Keep to yourself:   ${path}`,
    ...(passphraseFile ? [`                    ${passphraseFile}`] : []),
    `Send to the owner:  ${readerFile}`,
    `Fingerprint:        ${fingerprint}`,
    '',
    'Read the fingerprint to the owner over another channel (in person, on the phone): whoever changes the file',
    'on its way cannot change what you say. Then the owner runs:',
    '  tacet keys grant FILE --dir D',
    '',
  ];
  io.stdout.write(options.json ? `${JSON.stringify(made)}\n` : lines.join('\n'));
  return STATUS.done;
}
