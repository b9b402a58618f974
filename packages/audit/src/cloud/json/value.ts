/** A JSON object that is neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a list: itself, if it is one; nothing for null and undefined. */
function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null ? [] : [value];
}

/** The texts among a value or a list of values. */
export function textsIn(value: unknown): string[] {
  return listOf(value).filter((one): one is string => typeof one === 'string');
}

/** The objects among a value or a list of values: Terraform writes a single block as a list of one. */
export function recordsIn(value: unknown): Record<string, unknown>[] {
  return listOf(value).filter(isRecord);
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A text, number or truth value as text, and of anything else none: `String` of a hostile object throws. */
export function wordOf(value: unknown): string {
  return typeof value === 'object' || value === undefined ? '' : String(value);
}

/** Whether a value is true or holds true, at any depth: it may be deeper than calls can go. */
export function holdsTrue(value: unknown): boolean {
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (one === true) return true;
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) left.push(inner);
  }
  return false;
}
