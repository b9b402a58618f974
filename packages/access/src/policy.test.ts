import { codeOf } from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import { ACTIONS, type Action, type Role } from './actions.ts';
import { checkPolicies, DEFAULT_POLICIES, Policy } from './policy.ts';
import type { Circumstances, Principal } from './principal.ts';

let policy: Policy;
beforeAll(async () => {
  policy = await Policy.load();
});

const principal = (role: Role, over: Partial<Principal> = {}): Principal => ({
  type: 'token',
  id: '00',
  role,
  workspace: 'acme',
  purpose: 'ticket 1',
  ...over,
});

function decide(
  who: Principal,
  action: Action,
  about: { workspace?: string; by?: Policy; now?: number } & Circumstances = {},
) {
  const { workspace = 'acme', by = policy, now = 0, ...circumstances } = about;
  try {
    by.authorize(who, action, { workspace }, circumstances, now);
    return 'allowed';
  } catch (error) {
    return codeOf(error);
  }
}

/** The shipped policies and one more file. */
const withMore = (text: string) => Policy.load([...DEFAULT_POLICIES, { name: 'more.cedar', text }]);

const actions = Object.keys(ACTIONS) as Action[];
const inGroup = (group: string) =>
  actions.filter((action) => (ACTIONS[action] as readonly string[]).includes(group));

describe('the shipped policies', () => {
  it('are valid', async () => {
    expect(await checkPolicies(DEFAULT_POLICIES)).toContain('own-workspace');
  });

  it('lets ingest tokens write and nothing else', () => {
    for (const action of actions)
      expect([action, decide(principal('ingest'), action)]).toEqual([
        action,
        action === 'ingest' ? 'allowed' : 'NOT_ALLOWED',
      ]);
  });

  it('let readers, responders and owners read for a purpose, and nobody else', () => {
    for (const action of inGroup('content')) {
      for (const role of ['reader', 'responder', 'owner'] as const)
        expect([role, action, decide(principal(role), action)]).toEqual([role, action, 'allowed']);
      for (const role of ['ingest', 'analyst', 'auditor'] as const)
        expect(decide(principal(role), action)).toBe('NOT_ALLOWED');
      const { purpose: _, ...without } = principal('reader');
      expect(decide(without, action)).toBe('PURPOSE_MISSING');
      const { purpose: __, ...analyst } = principal('analyst');
      expect(decide(analyst, action)).toBe('NOT_ALLOWED');
    }
    expect(decide(principal('admin'), 'release')).toBe('NOT_ALLOWED');
    const { purpose: _, ...admin } = principal('admin');
    expect(decide(admin, 'authority')).toBe('allowed');
  });

  it('deny other workspaces, unknown actions and unknown roles', () => {
    expect(decide(principal('reader'), 'match', { workspace: 'other' })).toBe('NOT_ALLOWED');
    expect(decide(principal('ingest'), 'ingest', { workspace: 'other' })).toBe('NOT_ALLOWED');
    for (const action of ['', 'toString', '__proto__', 'content'])
      expect(decide(principal('owner'), action as Action)).toBe('NOT_ALLOWED');
    expect(decide(principal('root' as Role), 'match')).toBe('NOT_ALLOWED');
  });

  it('keep who is limited to services to them', () => {
    const limited = principal('reader', { services: ['chat', 'billing'] });
    expect(decide(limited, 'release', { services: ['chat'] })).toBe('allowed');
    expect(decide(limited, 'release', { services: ['chat', 'admin'] })).toBe('NOT_ALLOWED');
    expect(decide(principal('ingest', { services: [] }), 'ingest', { services: ['chat'] })).toBe(
      'NOT_ALLOWED',
    );
  });
});

describe('policies of one’s own', () => {
  it('forbid by time, to the second, and forget nothing wrong', async () => {
    const night = await withMore(
      '@id("night") forbid (principal, action == Action::"release", resource) when { context.now.toTime() < duration("6h") || context.weekday > 5 };',
    );
    const at = (time: string) => decide(principal('reader'), 'release', { by: night, now: Date.parse(time) });
    expect(at('2026-01-05T05:59:59Z')).toBe('NOT_ALLOWED');
    expect(at('2026-01-05T06:00:00Z')).toBe('allowed');
    expect(at('2026-01-04T12:00:00Z')).toBe('NOT_ALLOWED');
  });

  it('ask for a case number, and say so', async () => {
    const cases = await withMore(
      '@code("PURPOSE_MISSING") @message("name a case: CASE-123") forbid (principal, action in Action::"content", resource) unless { context has purpose && context.purpose like "CASE-*" };',
    );
    expect(decide(principal('reader'), 'match', { by: cases })).toBe('PURPOSE_MISSING');
    expect(decide(principal('reader', { purpose: 'CASE-7' }), 'match', { by: cases })).toBe('allowed');
    expect(() => cases.authorize(principal('reader'), 'match', { workspace: 'acme' })).toThrow('name a case');
    expect(decide(principal('auditor'), 'match', { by: cases })).toBe('NOT_ALLOWED');
  });

  it('deny while one of them fails, even where another permits', async () => {
    const failing = await withMore(
      'forbid (principal, action == Action::"release", resource) when { context has reading && context.reading.today * 9223372036854775807 < 0 };',
    );
    const reading = { today: 2, approved: 0 };
    expect(decide(principal('reader'), 'release', { by: failing, reading })).toBe('NOT_ALLOWED');
    expect(decide(principal('reader'), 'release', { by: failing })).toBe('allowed');
  });

  it('permit nothing when there are none', async () => {
    const none = await Policy.load([{ name: 'none.cedar', text: '// nothing' }]);
    for (const action of actions)
      expect(decide(principal('owner'), action, { by: none })).toBe('NOT_ALLOWED');
  });

  it.each([
    ['what is no Cedar', 'let everybody in'],
    ['a role that does not exist', 'permit (principal in Role::"reeder", action, resource);'],
    ['an action that does not exist', 'permit (principal, action == Action::"reed", resource);'],
    [
      'an attribute that does not exist',
      'forbid (principal, action, resource) when { context.pupose == "x" };',
    ],
    [
      'an attribute that may be absent',
      'forbid (principal, action, resource) when { context.purpose == "x" };',
    ],
    ['a code that is none of a policy', '@code("INTERNAL") forbid (principal, action, resource);'],
    ['two of one name', '@id("purpose") forbid (principal, action, resource);'],
    ['a template', 'permit (principal == ?principal, action, resource);'],
  ])('are refused at start with %s', async (_, text) => {
    await expect(withMore(text)).rejects.toMatchObject({ code: 'POLICY_INVALID' });
  });
});
