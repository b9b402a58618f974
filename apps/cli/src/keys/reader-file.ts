import { readFile } from 'node:fs/promises';
import { TacetError } from '@tacet/records';
import { decodeIntroduction, type Identity, type Introduction, introduce } from '@tacet/seal';

const HEAD = 'tacet-reader-1';
const MAX_BYTES = 8_192;

/** The one line by which a reader hands over its public keys (docs/format.md, introduction). */
export async function readerLine(identity: Identity, name: string): Promise<string> {
  return `${HEAD} ${Buffer.from(await introduce(identity, name)).toString('base64')}\n`;
}

/** Reads such a file. Throws FILE_UNREADABLE, RECORD_MALFORMED. */
export async function readReaderFile(path: string): Promise<Introduction> {
  const bytes = await readFile(path).catch((cause) => {
    throw new TacetError('FILE_UNREADABLE', `${path} cannot be read`, { cause });
  });
  const line = bytes.length <= MAX_BYTES ? bytes.toString('latin1').trim() : '';
  const encoded = /^tacet-reader-1 ([A-Za-z0-9+/]+={0,2})$/.exec(line)?.[1];
  if (encoded === undefined)
    throw new TacetError('RECORD_MALFORMED', `${path} is not a reader's file (one line: ${HEAD} …)`);
  return decodeIntroduction(new Uint8Array(Buffer.from(encoded, 'base64')));
}
