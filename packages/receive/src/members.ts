import type { Json } from '@tacet/records';

/** Where later values of a name that came twice are kept: `{ name: [second, third, ...] }`. */
export const DUPLICATES = 'tacet.duplicates';

export type Members = { [key: string]: Json };

/** Sets an own member whatever its name; `__proto__` must not reach the setter of that name. */
export function setOwn(target: Members, key: string, value: Json): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else target[key] = value;
}

/** Sets a member, or keeps the value under `DUPLICATES` when the name is taken. */
export function addMember(target: Members, key: string, value: Json): void {
  if (Object.hasOwn(target, key)) keepDuplicate(target, key, value);
  else setOwn(target, key, value);
}

/** Several objects in one; of a name that is in more than one, the first value is the member's. */
export function merged(...parts: readonly Members[]): Members {
  const whole: Members = {};
  for (const part of parts) for (const key of Object.keys(part)) addMember(whole, key, part[key]!);
  return whole;
}

/** Keeps one more value of a name under `DUPLICATES`. */
export function keepDuplicate(target: Members, key: string, value: Json): void {
  let all = Object.hasOwn(target, DUPLICATES) ? target[DUPLICATES] : undefined;
  if (!isDuplicates(all)) {
    const own = all;
    all = {};
    // The sender used the reserved name itself: its value is kept like any other late one.
    if (own !== undefined) all[DUPLICATES] = [own];
    target[DUPLICATES] = all;
  }
  const list = Object.hasOwn(all, key) ? all[key] : undefined;
  if (Array.isArray(list)) list.push(value);
  else setOwn(all, key, [value]);
}

function isDuplicates(value: Json | undefined): value is Members {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((entry) => Array.isArray(entry))
  );
}

export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
