import { randomBytes } from 'node:crypto';
import { codeOf } from '@tacet/records';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashSecret, issueToken, MAX_TOKEN_LENGTH, parseToken, verifyToken } from './token.ts';

const rootHash = new Uint8Array(randomBytes(32));
const issue = (over: Partial<Parameters<typeof issueToken>[0]> = {}) =>
  issueToken({ role: 'ingest', workspace: 'acme', rootHash, lowestEpoch: 7, now: 1000, ...over });
const failure = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return codeOf(error);
  }
};

describe('tokens', () => {
  it('carry workspace, root and lowest epoch, and verify', () => {
    const { token, record } = issue({ workspace: '日志' });
    const parsed = parseToken(token);
    expect(token).toMatch(/^tacet_i_[A-Za-z0-9_-]+$/);
    expect(parsed).toMatchObject({ role: 'ingest', workspace: '日志', lowestEpoch: 7, rootHash });
    expect(parsed.id).toBe(record.id);
    expect(() => verifyToken(parsed, record, 1000)).not.toThrow();
  });

  it('are kept as a hash only', () => {
    const { token, record } = issue();
    const parsed = parseToken(token);
    expect(record.hash).toEqual(hashSecret(parsed.secret));
    expect(Buffer.from(JSON.stringify(record)).includes(Buffer.from(parsed.secret))).toBe(false);
  });

  it('are refused when unknown, of another secret, role or workspace', () => {
    const { token, record } = issue();
    const parsed = parseToken(token);
    expect(failure(() => verifyToken(parsed, undefined, 1000))).toBe('TOKEN_INVALID');
    expect(failure(() => verifyToken({ ...parsed, secret: new Uint8Array(32) }, record, 1000))).toBe(
      'TOKEN_INVALID',
    );
    expect(failure(() => verifyToken(parsed, { ...record, role: 'reader' }, 1000))).toBe('TOKEN_INVALID');
    expect(failure(() => verifyToken(parsed, { ...record, workspace: 'x' }, 1000))).toBe('TOKEN_INVALID');
    expect(failure(() => verifyToken(parsed, { ...record, hash: new Uint8Array(0) }, 1000))).toBe(
      'TOKEN_INVALID',
    );
  });

  it('expire, which only the holder of the right secret is told', () => {
    const { token, record } = issue({ expires: 2000 });
    const parsed = parseToken(token);
    expect(failure(() => verifyToken(parsed, record, 1999))).toBeUndefined();
    expect(failure(() => verifyToken(parsed, record, 2000))).toBe('TOKEN_EXPIRED');
    expect(failure(() => verifyToken({ ...parsed, secret: new Uint8Array(32) }, record, 2000))).toBe(
      'TOKEN_INVALID',
    );
  });

  it('do not parse after any change of one character', () => {
    const { token } = issue();
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'Aa0_-~ é'), (at, character) => {
        fc.pre(token[at] !== character);
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(failure(() => parseToken(changed))).toBe('TOKEN_INVALID');
      }),
    );
  });

  it('do not parse as another role', () => {
    expect(failure(() => parseToken(issue().token.replace('tacet_i_', 'tacet_r_')))).toBe('TOKEN_INVALID');
  });

  it.each(['', 'tacet_i_', 'tacet_i_AAAA', 'Bearer x', 'tacet_i_='.padEnd(90, 'A')])('refuses %j', (text) => {
    expect(failure(() => parseToken(text))).toBe('TOKEN_INVALID');
  });

  it('refuses overlong text unread and fits the longest name', () => {
    expect(failure(() => parseToken('tacet_i_'.padEnd(MAX_TOKEN_LENGTH + 1, 'A')))).toBe('TOKEN_INVALID');
    const { token } = issue({ workspace: 'w'.repeat(64) });
    expect(token.length).toBeLessThanOrEqual(MAX_TOKEN_LENGTH);
    expect(parseToken(token).workspace).toBe('w'.repeat(64));
    expect(failure(() => issue({ workspace: 'w'.repeat(65) }))).toBe('REQUEST_INVALID');
    expect(failure(() => issue({ workspace: '' }))).toBe('REQUEST_INVALID');
    expect(failure(() => issue({ rootHash: new Uint8Array(31) }))).toBe('REQUEST_INVALID');
  });
});
