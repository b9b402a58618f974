import { randomBytes } from 'node:crypto';
import { TacetError } from '@tacet/records';
import { readIfThere } from '@tacet/server/directory';
import type { Io } from '../io.ts';
import { askHidden } from '../terminal/ask.ts';

/** Without those that look alike: 0 o, 1 i l. */
const LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const GROUPS = 6;
const GROUP = 5;
/** Below this a passphrase that a person chose is refused. */
const LEAST = 8;

/** A passphrase of 30 letters and digits, 148 bits, in groups that can be read aloud. */
export function generatePassphrase(): string {
  const letters: string[] = [];
  while (letters.length < GROUPS * GROUP) {
    for (const byte of randomBytes(64)) {
      // Bytes beyond the last whole multiple would favour the first letters.
      if (byte < 256 - (256 % LETTERS.length)) letters.push(LETTERS[byte % LETTERS.length]!);
    }
  }
  return Array.from({ length: GROUPS }, (_, at) => letters.slice(at * GROUP, (at + 1) * GROUP).join('')).join(
    '-',
  );
}

/** The first line of a passphrase file. Throws USAGE when it is missing or empty. */
export async function readPassphraseFile(path: string): Promise<string> {
  const text = await readIfThere(path);
  if (text === undefined) throw new TacetError('USAGE', `there is no passphrase file ${path}`);
  const passphrase = text.split(/\r?\n/, 1)[0] ?? '';
  if (passphrase === '') throw new TacetError('USAGE', `the first line of ${path} is empty`);
  return passphrase;
}

/** Asks for a new passphrase, twice. Throws USAGE when they differ or it is too short. */
export async function askNewPassphrase(io: Io): Promise<string> {
  const first = await askHidden(io, 'Passphrase for the identity');
  if ([...first].length < LEAST)
    throw new TacetError('USAGE', `a passphrase has at least ${LEAST} characters`);
  if ((await askHidden(io, 'The same again')) !== first)
    throw new TacetError('USAGE', 'the passphrases differ');
  return first;
}
