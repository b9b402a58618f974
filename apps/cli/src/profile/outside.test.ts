import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireOutside } from './outside.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tacet-outside-'));
  await mkdir(join(root, 'store/deep'), { recursive: true });
  await symlink(join(root, 'store'), join(root, 'link'));
  await symlink(join(root, 'store/deep'), join(root, 'keys'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const check = (file: string, directory = 'store') =>
  requireOutside(join(root, file), join(root, directory)).then(() => 'outside', codeOf);

describe('where an identity may be', () => {
  it.each([
    'store',
    'store/me.identity',
    'store/deep/me.identity',
    'store/new/folder/me.identity',
    'other/../store/me.identity',
    'link/me.identity',
    'keys/me.identity',
  ])('not in the directory: %s', async (file) => {
    expect(await check(file)).toBe('IDENTITY_INSIDE_DIRECTORY');
  });

  it('not in the directory, when that is named by a link or is not there yet', async () => {
    expect(await check('store/me.identity', 'link')).toBe('IDENTITY_INSIDE_DIRECTORY');
    expect(await check('new/me.identity', 'new')).toBe('IDENTITY_INSIDE_DIRECTORY');
  });

  it.each(['me.identity', 'store.identity', 'storehouse/me.identity', '..me.identity'])(
    'beside it: %s',
    async (file) => {
      expect(await check(file)).toBe('outside');
    },
  );
});
