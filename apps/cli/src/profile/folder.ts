import { join } from 'node:path';
import { TacetError } from '@tacet/records';

/**
 * The folder for what belongs to a person and not to a store: identities, passphrases, tokens.
 * `$XDG_CONFIG_HOME/tacet`, `~/.config/tacet`, or `%APPDATA%\tacet`. Throws IDENTITY_MISSING when the
 * system names no such place.
 */
export function profileFolder(env: Record<string, string | undefined>): string {
  const base = env.XDG_CONFIG_HOME || env.APPDATA || (env.HOME && join(env.HOME, '.config'));
  if (!base)
    throw new TacetError('IDENTITY_MISSING', 'this user has no configuration folder (HOME is not set)');
  return join(base, 'tacet');
}
