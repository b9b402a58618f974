import { mkdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { PGlite } from '@electric-sql/pglite';
import { TacetError } from '@tacet/records';
import { Kysely } from 'kysely';
import { type DirectoryLock, lockDirectory } from '../directory-lock.ts';
import { fileCode, fileError } from '../errors.ts';
import { PgliteDialect } from './dialect.ts';
import { openPglite } from './pglite.ts';
import type { ControlStore } from './port.ts';
import type { ControlTables } from './schema.ts';
import { ShareKeys } from './share-key.ts';
import { openControl } from './store.ts';

export interface EmbeddedControlOptions {
  /** Directory of the control records; created when missing. One process at a time. */
  path: string;
  /** File made by `createShareKeyFile`, outside `path`. */
  shareKeyFile: string;
  /** Seconds since 1970; the system's clock by default. */
  now?: () => number;
}

export const systemNow = () => Math.floor(Date.now() / 1000);

async function openDatabase(directory: string): Promise<PGlite> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return await openPglite(directory);
  } catch (error) {
    // Out of space and the like name themselves; anything else is PostgreSQL failing to start.
    if (fileCode(error)?.startsWith('E')) throw fileError(error, `${directory} cannot be opened`);
    throw new TacetError('STORE_CORRUPT', `the control records in ${directory} cannot be opened`);
  }
}

/**
 * Opens the control records inside this process: PostgreSQL as a library, synced on commit.
 *
 * Fails with STORE_LOCKED when the directory is in use, SHARE_KEY_INVALID when the key file is missing,
 * damaged or inside the directory, STORE_VERSION_NEWER, STORE_CORRUPT.
 */
export async function openControlEmbedded(options: EmbeddedControlOptions): Promise<ControlStore> {
  const path = resolve(options.path);
  if (!relative(path, resolve(options.shareKeyFile)).startsWith('..')) {
    throw new TacetError(
      'SHARE_KEY_INVALID',
      `the share key file must be outside ${path}: who copies the one must not have the other`,
    );
  }
  const keys = ShareKeys.load(options.shareKeyFile);
  const lock: DirectoryLock = lockDirectory(path);
  let database: PGlite;
  try {
    database = await openDatabase(join(path, 'postgres'));
  } catch (error) {
    lock.release();
    throw error;
  }
  return openControl({
    database: new Kysely<ControlTables>({ dialect: new PgliteDialect(database) }),
    keys,
    now: options.now ?? systemNow,
    release: () => lock.release(),
  });
}
