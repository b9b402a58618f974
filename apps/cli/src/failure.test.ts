import { PassThrough } from 'node:stream';
import { ERROR_CODES, type ErrorCode, TacetError } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { reportFailure, statusOf } from './failure.ts';
import type { Io } from './io.ts';

function report(error: unknown, json = false) {
  const stderr = new PassThrough();
  const io: Io = {
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    env: {},
    stop: new AbortController().signal,
  };
  const status = reportFailure(error, io, json);
  return { status, text: String(stderr.read()) };
}

describe('reporting a failure', () => {
  it('gives code, message and what to do', () => {
    expect(report(new TacetError('PURPOSE_MISSING', 'a reading needs a purpose'))).toEqual({
      status: 2,
      text: 'tacet: PURPOSE_MISSING: a reading needs a purpose\n  every reading states its purpose: --purpose "ticket 4711: refund"\n',
    });
    const { text } = report(new TacetError('TOKEN_INVALID', 'the token is not valid'), true);
    expect(JSON.parse(text)).toMatchObject({
      error: { code: 'TOKEN_INVALID', message: 'the token is not valid' },
    });
  });

  it('has status 1 for what was found broken, 2 for what could not be done', () => {
    const status = (code: ErrorCode) => statusOf(new TacetError(code, ''));
    expect([
      status('SEGMENT_TAG'),
      status('CLEAR_MISMATCH'),
      status('ROOT_MISMATCH'),
      status('TRAIL_CORRUPT'),
    ]).toEqual([1, 1, 1, 1]);
    expect([
      status('USAGE'),
      status('STORE_LOCKED'),
      status('IDENTITY_PASSPHRASE'),
      statusOf(new Error()),
    ]).toEqual([2, 2, 2, 2]);
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[])
      if (code.startsWith('SEGMENT_') && code !== 'SEGMENT_UNKNOWN')
        expect([code, status(code)]).toEqual([code, 1]);
  });

  it('never repeats the text of an error that is not ours', () => {
    const { text } = report(new RangeError('row 7: CANARY is not a number'));
    expect(text).toContain('an unexpected RangeError');
    expect(text).toContain('failure.test.ts');
    expect(text).not.toContain('CANARY');
    expect(report('CANARY').text).not.toContain('CANARY');
    expect(report(undefined).text).toContain('INTERNAL');
  });

  it('names the file of a system error', () => {
    const error = Object.assign(new Error('EACCES: …'), { code: 'EACCES', syscall: 'open', path: '/a/b' });
    expect(report(error).text).toBe('tacet: INTERNAL: open /a/b: EACCES\n');
  });
});
