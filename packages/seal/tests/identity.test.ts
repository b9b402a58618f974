import { Encrypter } from 'age-encryption';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  createIdentity,
  type Founded,
  foundWorkspace,
  GENERATED_PASSPHRASE_WORK_FACTOR,
  openIdentity,
  protectIdentity,
  workFactorOf,
} from '../src/index.ts';
import { NOW } from './workspace.ts';

let founded: Founded;
beforeAll(async () => {
  founded = await foundWorkspace({ workspace: 'acme', now: NOW });
});
const quick = { workFactor: 4 };

describe('an identity file', () => {
  it('gives the identity back under its passphrase', async () => {
    const file = await protectIdentity(founded.identity, 'correct horse', quick);
    expect(await openIdentity(file, 'correct horse')).toEqual(founded.identity);
    const reader = await createIdentity();
    const { workspace, operations } = founded.identity.owner!;
    const epochs = [{ number: 3, id: new Uint8Array(32).fill(1), seed: new Uint8Array(32).fill(2) }];
    for (const other of [reader, { ...reader, owner: { workspace, operations } }, { ...reader, epochs }]) {
      expect(await openIdentity(await protectIdentity(other, 'p', quick), 'p')).toEqual(other);
    }
  });

  it('holds no key in the clear', async () => {
    const file = Buffer.from(await protectIdentity(founded.identity, 'correct horse', quick));
    const { reader, signing, owner } = founded.identity;
    const { current, next } = owner!.roots!;
    for (const seed of [reader.seed, signing.seed, current, next, owner!.operations]) {
      expect(file.includes(seed)).toBe(false);
    }
  });

  it('is an age file with the work factor asked for', async () => {
    const head = (bytes: Uint8Array) => new TextDecoder().decode(bytes.subarray(0, 64));
    const file = await protectIdentity(founded.identity, 'x', {
      workFactor: GENERATED_PASSPHRASE_WORK_FACTOR,
    });
    expect(workFactorOf(file)).toBe(GENERATED_PASSPHRASE_WORK_FACTOR);
    expect(head(file)).toMatch(/^age-encryption\.org\/v1\n-> scrypt [\w+/]{22} 10\n/);
  });

  it('takes the passphrase composed or decomposed', async () => {
    const file = await protectIdentity(founded.identity, 'caf\u00e9', quick);
    expect((await openIdentity(file, 'cafe\u0301')).reader.id).toEqual(founded.identity.reader.id);
  });

  it('does not open under another passphrase, or changed', async () => {
    const file = await protectIdentity(founded.identity, 'right', quick);
    await expect(openIdentity(file, 'wrong')).rejects.toMatchObject({ code: 'IDENTITY_PASSPHRASE' });
    for (let at = 25; at < file.length; at += 17) {
      const changed = file.slice();
      changed[at]! ^= 1;
      await expect(openIdentity(changed, 'right')).rejects.toMatchObject({ code: 'IDENTITY_PASSPHRASE' });
    }
    await expect(openIdentity(file.subarray(1), 'right')).rejects.toMatchObject({
      code: 'IDENTITY_MALFORMED',
    });
    await expect(openIdentity(new Uint8Array(0), 'right')).rejects.toMatchObject({
      code: 'IDENTITY_MALFORMED',
    });
  });

  it('must hold an identity', async () => {
    const encrypter = new Encrypter();
    encrypter.setPassphrase('p');
    encrypter.setScryptWorkFactor(4);
    const other = await encrypter.encrypt('a diary');
    await expect(openIdentity(other, 'p')).rejects.toMatchObject({ code: 'IDENTITY_MALFORMED' });
  });
});
