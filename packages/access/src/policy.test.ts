import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { type Action, authorize, POLICY, type Principal } from './policy.ts';

const decide = (principal: Principal, action: Action, workspace = 'acme') => {
  try {
    authorize(principal, action, { workspace });
    return 'allowed';
  } catch (error) {
    return codeOf(error);
  }
};
const ingest: Principal = { kind: 'ingest', token: '00', workspace: 'acme' };
const reader: Principal = { kind: 'reader', token: '01', workspace: 'acme', purpose: 'ticket 1' };
const reads = (Object.keys(POLICY) as Action[]).filter((action) => action !== 'ingest');

describe('policy', () => {
  it('lets ingest tokens write and nothing else', () => {
    expect(decide(ingest, 'ingest')).toBe('allowed');
    for (const action of reads)
      expect(decide({ ...ingest, purpose: 'ticket 1' }, action)).toBe('NOT_ALLOWED');
  });

  it('lets readers read for a purpose and nothing else', () => {
    expect(decide(reader, 'ingest')).toBe('NOT_ALLOWED');
    for (const action of reads) {
      expect(decide(reader, action)).toBe('allowed');
      expect(decide({ kind: 'reader', token: '01', workspace: 'acme' }, action)).toBe('PURPOSE_MISSING');
    }
  });

  it('denies other workspaces, unknown actions and unknown kinds', () => {
    expect(decide(reader, 'match', 'other')).toBe('NOT_ALLOWED');
    expect(decide(ingest, 'ingest', 'other')).toBe('NOT_ALLOWED');
    for (const action of ['erase', '', 'toString', '__proto__'])
      expect(decide(reader, action as Action)).toBe('NOT_ALLOWED');
    expect(decide({ ...reader, kind: 'admin' as 'reader' }, 'match')).toBe('NOT_ALLOWED');
  });
});
