import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { TacetError } from '@tacet/records';
import type { Io } from '../io.ts';
import { run } from '../main.ts';

/** Where a demo keeps its things: the store in `data`, what belongs to its owner in `owner`. */
export interface Place {
  data: string;
  identity: string;
  passphrase: string;
  ingestToken: string;
  readerToken: string;
  /** Environment of the commands that the demo runs. */
  env: Io['env'];
}

const MARK = 'this-is-a-demo';

/**
 * Founds a workspace in a new place, with a generated passphrase. Removes an earlier demo, and throws
 * DIRECTORY_EXISTS rather than remove anything else.
 */
export async function makePlace(directory: string, io: Io): Promise<Place> {
  const root = resolve(directory);
  if (existsSync(root) && (await readdir(root)).length > 0) {
    if (!existsSync(join(root, MARK))) {
      throw new TacetError('DIRECTORY_EXISTS', `${root} is not empty, and not of an earlier demo`);
    }
    await rm(root, { recursive: true });
  }
  const owner = join(root, 'owner');
  await mkdir(owner, { recursive: true, mode: 0o700 });
  await writeFile(join(root, MARK), 'Made by npm start, which removes this folder when it runs again.\n');
  const own = (name: string) => join(owner, `demo.${name}`);
  const place: Place = {
    data: join(root, 'data'),
    identity: own('identity'),
    passphrase: own('passphrase'),
    ingestToken: own('ingest-token'),
    readerToken: own('reader-token'),
    env: { ...io.env, XDG_CONFIG_HOME: owner },
  };
  for (const name of ['TACET_IDENTITY', 'TACET_PASSPHRASE_FILE', 'TACET_TOKEN_FILE']) delete place.env[name];
  // The tokens that init shows once are in their files; the demo does not print them.
  const quiet = { ...io, env: place.env, stdout: discard() };
  const status = await run(
    ['init', '--dir', place.data, '--workspace', 'demo', '--identity', place.identity, '--json'],
    quiet,
  );
  if (status !== 0) throw new TacetError('INTERNAL', 'the demo could not found its workspace');
  return place;
}

/** An output that keeps nothing. */
export function discard(): Io['stdout'] {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}
