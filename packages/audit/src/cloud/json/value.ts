/** A JSON object that is neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a list: itself, if it is one; nothing for null and undefined. */
export function listOf(value: unknown): readonly unknown[] {
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
