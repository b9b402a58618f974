import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf } from '@tacet/records';
import { afterAll, expect, it } from 'vitest';
import { randomBytes } from '../../testing/segments.ts';
import { createShareKeyFile, ShareKeys } from './share-key.ts';

const directory = mkdtempSync(join(tmpdir(), 'tacet-share-key-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(directory, `share-${++files}.key`);

function codeThrown(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

it('wraps and unwraps, differently each time', () => {
  const file = newFile();
  createShareKeyFile(file);
  const keys = ShareKeys.load(file);
  const [segment, share] = [randomBytes(16), randomBytes(32)];
  const wrapped = keys.wrap('main', segment, share);
  expect(keys.unwrap('main', segment, wrapped)).toEqual(share);
  expect(keys.wrap('main', segment, share).wrapped).not.toEqual(wrapped.wrapped);
  expect(Buffer.from(wrapped.wrapped).includes(share)).toBe(false);
});

it('binds a share to its workspace, segment and key', () => {
  const [one, two] = [newFile(), newFile()];
  createShareKeyFile(one);
  createShareKeyFile(two);
  const keys = ShareKeys.load(one);
  const segment = randomBytes(16);
  const wrapped = keys.wrap('main', segment, randomBytes(32));
  const changed = {
    ...wrapped,
    wrapped: wrapped.wrapped.map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
  };
  expect(codeThrown(() => keys.unwrap('other', segment, wrapped))).toBe('SHARE_KEY_INVALID');
  expect(codeThrown(() => keys.unwrap('main', randomBytes(16), wrapped))).toBe('SHARE_KEY_INVALID');
  expect(codeThrown(() => keys.unwrap('main', segment, changed))).toBe('SHARE_KEY_INVALID');
  expect(codeThrown(() => ShareKeys.load(two).unwrap('main', segment, wrapped))).toBe('SHARE_KEY_INVALID');
  const short = { ...wrapped, wrapped: wrapped.wrapped.subarray(1) };
  expect(codeThrown(() => keys.unwrap('main', segment, short))).toBe('STORE_CORRUPT');
  expect(codeThrown(() => keys.wrap('main', segment, randomBytes(31)))).toBe('SEGMENT_MALFORMED');
});

it('still opens what an older key in the file wrapped', () => {
  const file = newFile();
  createShareKeyFile(file);
  const segment = randomBytes(16);
  const share = randomBytes(32);
  const wrapped = ShareKeys.load(file).wrap('main', segment, share);
  const content = JSON.parse(readFileSync(file, 'utf8'));
  const next = '00112233445566ff';
  content.keys[next] = Buffer.from(randomBytes(32)).toString('base64');
  writeFileSync(file, JSON.stringify({ ...content, current: next }));
  const keys = ShareKeys.load(file);
  expect(keys.unwrap('main', segment, wrapped)).toEqual(share);
  expect(keys.wrap('main', segment, share).keyId).toBe(next);
});

it('makes a file for its owner only, and never over another', () => {
  const file = newFile();
  createShareKeyFile(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(codeThrown(() => createShareKeyFile(file))).toBe('SHARE_KEY_INVALID');
});

it.each([
  ['empty', ''],
  ['no JSON', 'key'],
  ['another version', '{"version":2,"current":"0011223344556677","keys":{}}'],
  ['no current key', '{"version":1,"current":"0011223344556677","keys":{}}'],
  ['a short key', '{"version":1,"current":"0011223344556677","keys":{"0011223344556677":"AAAA"}}'],
  ['an own key named __proto__', '{"version":1,"current":"__proto__","keys":{"__proto__":"AAAA"}}'],
])('refuses a file with %s, without showing it', (_, content) => {
  const file = newFile();
  writeFileSync(file, content);
  expect(codeThrown(() => ShareKeys.load(file))).toBe('SHARE_KEY_INVALID');
});

it('is renewed, opens what it wrapped before, and forgets that key for good', () => {
  const file = newFile();
  createShareKeyFile(file);
  const keys = ShareKeys.load(file);
  const [segment, share] = [randomBytes(16), randomBytes(32)];
  const old = keys.wrap('main', segment, share);
  keys.renew();
  // A crash here: the file has both.
  expect(ShareKeys.load(file).unwrap('main', segment, old)).toEqual(share);
  const fresh = keys.wrap('main', segment, share);
  expect(fresh.keyId).not.toBe(old.keyId);
  keys.forget();
  keys.renew();
  keys.forget();
  expect(keys.unwrap('main', segment, old)).toEqual(share);
  const later = ShareKeys.load(file);
  expect(codeThrown(() => later.unwrap('main', segment, old))).toBe('SHARE_KEY_INVALID');
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).keys)).toHaveLength(1);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
