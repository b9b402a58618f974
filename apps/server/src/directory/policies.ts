import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DEFAULT_POLICIES, type PolicyFile } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { createPrivate } from './files.ts';
import type { Layout } from './layout.ts';

const ENDING = '.cedar';
const MAX_BYTES = 1_000_000;

/** Writes the shipped policies into a new directory, for its owner to read and change. */
export async function createPolicies(layout: Layout): Promise<void> {
  await mkdir(layout.policy, { mode: 0o700 });
  for (const { name, text } of DEFAULT_POLICIES) await createPrivate(join(layout.policy, name), text);
}

/** The files of policies, by name; POLICY_INVALID when there are none or they cannot be read. */
export async function readPolicies(layout: Layout): Promise<PolicyFile[]> {
  const failed = (why: string, cause?: unknown) => new TacetError('POLICY_INVALID', why, { cause });
  const names = await readdir(layout.policy).catch((error) => {
    throw failed(`the folder ${layout.policy} cannot be read`, error);
  });
  const files = names.filter((name) => name.endsWith(ENDING)).sort();
  if (files.length === 0) throw failed(`${layout.policy} holds no ${ENDING} file, so nobody may do anything`);
  return Promise.all(
    files.map(async (name) => {
      const path = join(layout.policy, name);
      try {
        if ((await stat(path)).size > MAX_BYTES) throw failed(`${name} is too long`);
        return { name, text: await readFile(path, 'utf8') };
      } catch (error) {
        throw error instanceof TacetError ? error : failed(`${name} cannot be read`, error);
      }
    }),
  );
}
