import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { codeOf } from '@tacet/records';
import { createIdentity, protectIdentity } from '@tacet/seal';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Io } from '../io.ts';
import { profileFolder } from './folder.ts';
import { addToProfile, type ProfileEntry, readProfile } from './index.ts';
import { findIdentity, findToken, profileEntry } from './locate.ts';
import { askNewPassphrase, generatePassphrase, readPassphraseFile } from './passphrase.ts';

let root: string;
let env: Record<string, string>;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tacet-profile-'));
  env = { XDG_CONFIG_HOME: join(root, 'config') };
});
afterEach(() => rm(root, { recursive: true, force: true }));

const failure = (promise: Promise<unknown>) => promise.then(() => undefined, codeOf);
const entry = (name: string): ProfileEntry => ({
  workspace: name,
  identity: join(root, `${name}.identity`),
  ingestTokenFile: join(root, `${name}.ingest-token`),
  readerTokenFile: join(root, `${name}.reader-token`),
  ownerTokenFile: join(root, `${name}.owner-token`),
});

/** A terminal on which `typed` is typed. */
function terminal(typed: string): Io & { said: () => string } {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
  stdin.write(typed);
  const chunks: Buffer[] = [];
  const stderr = new PassThrough();
  stderr.on('data', (chunk) => chunks.push(chunk));
  const stop = new AbortController().signal;
  return {
    stdin,
    stdout: new PassThrough(),
    stderr,
    env,
    stop,
    said: () => Buffer.concat(chunks).toString(),
  };
}

describe('the index of a person', () => {
  it('is in the configuration folder', () => {
    expect(profileFolder({ XDG_CONFIG_HOME: '/x', HOME: '/h' })).toBe('/x/tacet');
    expect(profileFolder({ HOME: '/h' })).toBe('/h/.config/tacet');
    expect(() => profileFolder({})).toThrow('HOME');
  });

  it('finds a workspace by its root, or the only one there is', async () => {
    expect(await profileEntry(env, undefined)).toBeUndefined();
    await addToProfile(env, 'aa', entry('one'));
    expect(await profileEntry(env, undefined)).toEqual(entry('one'));
    await addToProfile(env, 'bb', entry('two'));
    expect(await profileEntry(env, 'aa')).toEqual(entry('one'));
    expect(await profileEntry(env, 'bb')).toEqual(entry('two'));
    expect(await profileEntry(env, 'cc')).toBeUndefined();
    expect(await profileEntry(env, undefined)).toBeUndefined();
    expect((await stat(join(root, 'config/tacet/index.json'))).mode & 0o777).toBe(0o600);
  });

  it('holds paths only, and says when it is damaged', async () => {
    await addToProfile(env, 'aa', entry('one'));
    const path = join(root, 'config/tacet/index.json');
    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')).workspaces.aa)).toEqual(
      Object.keys(entry('one')),
    );
    await writeFile(path, '{');
    expect(await failure(readProfile(env))).toBe('CONFIG_INVALID');
  });
});

describe('tokens', () => {
  it('come from the flag, then the variable, then the index', async () => {
    for (const name of ['flag', 'variable', 'one.reader-token', 'one.ingest-token'])
      await writeFile(join(root, name), `token of ${name}\n`);
    const one = entry('one');
    const variable = { TACET_TOKEN_FILE: join(root, 'variable') };
    expect(await findToken('reader', { tokenFile: join(root, 'flag') }, variable, one)).toBe('token of flag');
    expect(await findToken('reader', {}, variable, one)).toBe('token of variable');
    expect(await findToken('reader', {}, {}, one)).toBe('token of one.reader-token');
    expect(await findToken('ingest', {}, {}, one)).toBe('token of one.ingest-token');
    expect(await failure(findToken('ingest', {}, {}, undefined))).toBe('TOKEN_MISSING');
    expect(await failure(findToken('ingest', {}, {}, entry('two')))).toBe('TOKEN_MISSING');
    await writeFile(join(root, 'flag'), '\n');
    expect(await failure(findToken('reader', { tokenFile: join(root, 'flag') }, {}, one))).toBe(
      'TOKEN_INVALID',
    );
  });
});

describe('passphrases', () => {
  it('that are generated have 30 letters and digits, none twice the same', () => {
    const some = Array.from({ length: 50 }, generatePassphrase);
    for (const passphrase of some)
      expect(passphrase).toMatch(/^([a-hj-km-np-z2-9]{5}-){5}[a-hj-km-np-z2-9]{5}$/);
    expect(new Set(some).size).toBe(50);
  });

  it('stand on the first line of a file', async () => {
    await writeFile(join(root, 'p'), 'a phrase with spaces \r\nsecond');
    expect(await readPassphraseFile(join(root, 'p'))).toBe('a phrase with spaces ');
    await writeFile(join(root, 'p'), '\nsecond');
    expect(await failure(readPassphraseFile(join(root, 'p')))).toBe('USAGE');
    expect(await failure(readPassphraseFile(join(root, 'absent')))).toBe('USAGE');
  });

  it('are asked for twice and never shown', async () => {
    const io = terminal('corrcet\u007f\u007f\u007fect horsé\rcorrect horsé\r');
    expect(await askNewPassphrase(io)).toBe('correct horsé');
    expect(io.said()).not.toContain('horse');
    expect(await failure(askNewPassphrase(terminal('correct horse\rcorrect house\r')))).toBe('USAGE');
    expect(await failure(askNewPassphrase(terminal('short\rshort\r')))).toBe('USAGE');
    expect(await failure(askNewPassphrase(terminal('correct\u0003')))).toBe('USAGE');
  });
});

describe('the identity', () => {
  const write = async (name: string, passphrase: string) => {
    const identity = await createIdentity();
    await writeFile(join(root, name), await protectIdentity(identity, passphrase, { workFactor: 4 }));
    return identity.reader.id;
  };

  it('is opened with the passphrase beside it, a given one, or one that is typed', async () => {
    const id = await write('me.identity', 'open sesame');
    const named = { identity: join(root, 'me.identity') };
    const typed = await findIdentity(named, terminal('open sesame\r'), undefined);
    expect(typed.reader.id).toEqual(id);
    await writeFile(join(root, 'me.passphrase'), 'open sesame\n');
    expect((await findIdentity(named, terminal(''), undefined)).reader.id).toEqual(id);
    await writeFile(join(root, 'wrong'), 'wrong\n');
    const wrong = { ...named, passphraseFile: join(root, 'wrong') };
    expect(await failure(findIdentity(wrong, terminal(''), undefined))).toBe('IDENTITY_PASSPHRASE');
  });

  it('that is missing is named', async () => {
    expect(await failure(findIdentity({}, terminal(''), undefined))).toBe('IDENTITY_MISSING');
    expect(await failure(findIdentity({}, terminal(''), entry('one')))).toBe('IDENTITY_MISSING');
  });
});
