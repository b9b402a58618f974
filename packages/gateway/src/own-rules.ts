import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type LoadedRules, loadRules, readRules } from '@tacet/detect/rules';
import { TacetError } from '@tacet/records';
import { readIfThere } from './remote/files.ts';

export const OWN_RULES_FILE = 'rules.toml';

/**
 * The rules of `rules.toml` in a directory or a writer's folder, beside the built-in ones; undefined when
 * there is no such file. What it extends is named from there. Throws RULES_INVALID, FILE_UNREADABLE.
 */
export async function readOwnRules(folder: string): Promise<LoadedRules | undefined> {
  const unreadable = (name: string) => (cause: unknown) => {
    throw new TacetError('FILE_UNREADABLE', `${name} cannot be read`, { cause });
  };
  const text = await readIfThere(join(folder, OWN_RULES_FILE)).catch(unreadable(OWN_RULES_FILE));
  if (text === undefined) return undefined;
  const files = await readRules(OWN_RULES_FILE, async (name) =>
    name === OWN_RULES_FILE ? text : readFile(resolve(folder, name), 'utf8').catch(unreadable(name)),
  );
  return loadRules(files, { events: true });
}
