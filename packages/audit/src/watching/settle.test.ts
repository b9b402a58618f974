import { describe, expect, it } from 'vitest';
import { type Covered, type Finding, findingOf, type Severity } from '../finding.ts';
import { type Known, type Settled, settle } from './settle.ts';

const check = {
  id: 'redis-open',
  title: 'Redis answers without a password',
  severity: 'critical' as Severity,
  why: 'why',
  fix: 'fix',
  references: [],
};
const at = (subject: string, severity?: Severity): Finding =>
  findingOf(check, { source: 'probe', subject, ...(severity && { severity }) });
const A = 'tcp://10.0.0.1:6379';
const B = 'tcp://10.0.0.2:6379';

/** What is known after a run. */
const after = (settled: readonly Settled[]): Known[] => settled.map(({ change: _, ...known }) => known);
const look = (
  known: readonly Known[],
  time: number,
  findings: Finding[],
  covered: Covered[],
  complete = true,
) => settle(known, { time, complete, findings, covered });
const changes = (settled: readonly Settled[]) =>
  Object.fromEntries(settled.map(({ finding, change }) => [finding.subject, change]));

describe('what became of findings', () => {
  const first = look([], 100, [at(A), at(B)], [{ subject: A }, { subject: B }]);

  it('is that they are new, still there, gone, and back again', () => {
    expect(changes(first)).toEqual({ [A]: 'new', [B]: 'new' });
    const second = look(after(first), 200, [at(A)], [{ subject: A }, { subject: B }]);
    expect(changes(second)).toEqual({ [A]: 'still', [B]: 'gone' });
    expect(second.find(({ change }) => change === 'gone')).toMatchObject({
      first: 100,
      last: 100,
      gone: 200,
    });
    const third = look(after(second), 300, [at(A), at(B)], [{ subject: A }, { subject: B }]);
    expect(changes(third)).toEqual({ [A]: 'still', [B]: 'back' });
    const back = third.find(({ change }) => change === 'back');
    expect(back).toMatchObject({ state: 'open', first: 100, last: 300, returns: 1 });
    expect(back?.gone).toBeUndefined();
  });

  it('is nothing where a run ended early, or had no clear answer, or did not look', () => {
    const known = after(first);
    expect(changes(look(known, 200, [at(A)], [{ subject: A }, { subject: B }], false))).toEqual({
      [A]: 'still',
    });
    expect(changes(look(known, 200, [at(A)], [{ subject: A }]))).toEqual({ [A]: 'still' });
    expect(changes(look(known, 200, [], [{ check: 'other', subject: B }, { check: 'another' }]))).toEqual({});
    expect(changes(look(known, 200, [], [{ check: 'redis-open', subject: B }]))).toEqual({ [B]: 'gone' });
    expect(changes(look(known, 200, [], [{ check: 'redis-open' }]))).toEqual({ [A]: 'gone', [B]: 'gone' });
  });

  it('counts what is found twice once, as the worse of both', () => {
    const settled = look([], 1, [at(A, 'low'), at(A, 'high'), at(A, 'medium')], []);
    expect(settled.map(({ finding }) => finding.severity)).toEqual(['high']);
  });
});

describe('an acceptance', () => {
  const accepted = (severity: Severity): Known[] => [
    { finding: at(A, severity), state: 'open', first: 1, last: 1, returns: 0, acceptedUntil: 500 },
  ];

  it('holds until its time is over, whether or not a run looks', () => {
    const [still] = look(accepted('high'), 499, [at(A, 'high')], [{ subject: A }]);
    expect([still?.change, still?.acceptedUntil]).toEqual(['still', 500]);
    for (const findings of [[at(A, 'high')], []]) {
      const [over] = look(accepted('high'), 500, findings, []);
      expect([over?.change, over?.state, over?.acceptedUntil]).toEqual(['lapsed', 'open', undefined]);
    }
  });

  it('is of a finding as it was: a worse one is not accepted, a lesser one is', () => {
    const [worse] = look(accepted('medium'), 200, [at(A, 'high')], []);
    expect([worse?.change, worse?.acceptedUntil]).toEqual(['worse', undefined]);
    const [lesser] = look(accepted('medium'), 200, [at(A, 'low')], []);
    expect([lesser?.change, lesser?.acceptedUntil]).toEqual(['still', 500]);
  });

  it('holds when the finding is gone and comes back', () => {
    const [gone] = look(accepted('high'), 200, [], [{ subject: A }]);
    const [back] = look(after([gone!]), 300, [at(A, 'high')], [{ subject: A }]);
    expect([back?.change, back?.acceptedUntil]).toEqual(['back', 500]);
  });
});
