import { readFile } from 'node:fs/promises';
import { TacetError } from '@tacet/records';

/** The text of a file. @throws FILE_UNREADABLE, with the system's reason */
export async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new TacetError('FILE_UNREADABLE', `${path} cannot be read (${error.code ?? 'unknown reason'})`);
  });
}
