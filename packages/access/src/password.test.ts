import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { checkPassword, hashPassword, verifyPassword } from './password.ts';

describe('passwords', () => {
  it('are kept as argon2id under a salt, and verify', async () => {
    const kept = await hashPassword('correct horse Ａ');
    expect(kept).toMatch(/^\$argon2id\$v=19\$m=47104,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(await verifyPassword('correct horse A', kept)).toBe(true);
    expect(await verifyPassword('correct horse B', kept)).toBe(false);
    expect(await hashPassword('correct horse Ａ')).not.toBe(kept);
  });

  it('match nothing that is not there, or is no hash', async () => {
    expect(await verifyPassword('anything at all', undefined)).toBe(false);
    for (const kept of ['', 'plain', '$argon2id$v=19$m=1,t=1,p=1$$', '$2b$10$abc'])
      expect(await verifyPassword('anything at all', kept)).toBe(false);
  });

  it.each([
    ['short', 'elevenchars'],
    ['monotonous', 'aaaaaaaabbbb'],
    ['overlong', 'abcdef'.repeat(43)],
    ['the name', 'margarete-2026'],
  ])('are refused when %s', (_, password) => {
    try {
      checkPassword(password, 'margarete');
      expect.unreachable();
    } catch (error) {
      expect(codeOf(error)).toBe('PASSWORD_WEAK');
    }
  });

  it('are taken when long and varied', () => {
    expect(() => checkPassword('four words in a row', 'margarete')).not.toThrow();
    expect(() => checkPassword('пароль из шести слов', 'al')).not.toThrow();
  });
});
