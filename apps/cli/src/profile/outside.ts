import { realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { TacetError } from '@tacet/records';

/** The path with every link on the way resolved, for as far as it exists. */
async function real(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    const parent = dirname(absolute);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === absolute) throw error;
    return join(await real(parent), basename(absolute));
  }
}

/**
 * Throws IDENTITY_INSIDE_DIRECTORY when `file` lies below `directory`, links followed: a copy of the
 * directory, or its backup, would take along what opens it. Neither needs to exist.
 */
export async function requireOutside(file: string, directory: string): Promise<void> {
  const way = relative(await real(directory), await real(file));
  const outside = way === '..' || way.startsWith(`..${sep}`) || resolve(way) === way;
  if (!outside)
    throw new TacetError(
      'IDENTITY_INSIDE_DIRECTORY',
      `${file} lies inside ${directory}, which must not hold it`,
    );
}
