import { describe, expect, it } from 'vitest';
import { batchMarks, ResendRegister } from './resends.ts';

const secret = new Uint8Array(32).fill(7);
const text = (value: string) => new TextEncoder().encode(value);
const HOUR = 3_600_000;
const T = 480_000 * HOUR + HOUR - 1;

describe('batch marks', () => {
  it('are those of this hour and the last', () => {
    const [current, previous] = batchMarks(secret, T, 'a', text('x'));
    const [later, before] = batchMarks(secret, T + 1, 'a', text('x'));
    expect(current).toHaveLength(16);
    expect(before).toEqual(current);
    expect(later).not.toEqual(current);
    expect(previous).not.toEqual(current);
  });
});

describe('resend register', () => {
  const marks = (now: number, content = 'x') => batchMarks(secret, now, 'a', text(content));
  const outcome = { mayBeStored: () => false, settle: async () => {} };
  const twice = () => Promise.reject(new Error('stored twice'));

  it('stores once, across the hour', async () => {
    const register = new ResendRegister<number>();
    let stored = 0;
    const store = async () => ++stored;
    expect(await register.once(marks(T), T, store, outcome)).toBe(1);
    expect(await register.once(marks(T), T, twice, outcome)).toBeUndefined();
    expect(await register.once(marks(T + 1), T + 1, twice, outcome)).toBeUndefined();
    expect(await register.once(marks(T, 'y'), T, store, outcome)).toBe(2);
    expect(await register.once(marks(T + 3 * HOUR), T + 3 * HOUR, store, outcome)).toBe(3);
  });

  it('lets a resend wait for the same answer', async () => {
    const register = new ResendRegister<string>();
    const gate = Promise.withResolvers<string>();
    const first = register.once(marks(T), T, () => gate.promise, outcome);
    const second = register.once(marks(T + 1), T + 1, twice, outcome);
    register.stored([marks(T)[0]], T);
    const third = register.once(marks(T), T, twice, outcome);
    gate.resolve('done');
    expect(await Promise.all([first, second, third])).toEqual(['done', 'done', 'done']);
  });

  it('takes a batch again whose storing failed for good', async () => {
    const register = new ResendRegister<string>();
    const refused = register.once(marks(T), T, () => Promise.reject(new Error('busy')), outcome);
    await expect(refused).rejects.toThrow('busy');
    expect(await register.once(marks(T), T, async () => 'done', outcome)).toBe('done');
  });

  it('settles what became of a batch before taking it again', async () => {
    const register = new ResendRegister<string>();
    const lost = { mayBeStored: () => true, settle: async () => {} };
    const fail = () => Promise.reject(new Error('no answer from the store'));
    const isStored = { ...lost, settle: async () => register.stored([marks(T)[0]], T + 1) };
    await expect(register.once(marks(T), T, fail, lost)).rejects.toThrow('no answer');
    expect(await register.once(marks(T + 1), T + 1, twice, isStored)).toBeUndefined();
    await expect(register.once(marks(T, 'y'), T, fail, lost)).rejects.toThrow('no answer');
    expect(await register.once(marks(T, 'y'), T, async () => 'done', lost)).toBe('done');
  });

  it('knows after a restart what the store holds, and remembers no more than can recur', async () => {
    const register = new ResendRegister<string>();
    const old = marks(T - 2 * HOUR, 'old')[0];
    register.restore([marks(T)[0], old], T + 1);
    expect(await register.once(marks(T + 1), T + 1, twice, outcome)).toBeUndefined();
    expect(await register.once([old], T + 1, async () => 'done', outcome)).toBe('done');
  });
});
