/** A part of a policy that means nothing to us. */
export class Unclear extends Error {}

/** AWS has no policy with as many. */
const MAX_VALUES = 2_000;

/** Element names are case-insensitive in practice: exports of some tools write them small. */
export function pick(record: Record<string, unknown>, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  const key = Object.keys(record).find((one) => one.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : record[key];
}

/** One text or a list of them; numbers and booleans as their text, as AWS takes them. */
export function textsOf(given: unknown, name: string): string[] {
  const list = Array.isArray(given) ? given : [given];
  if (list.length > MAX_VALUES) throw new Unclear(`has too many values of ${name}`);
  return list.map((one) => {
    if (typeof one === 'string') return one;
    if (typeof one === 'number' || typeof one === 'boolean') return String(one);
    throw new Unclear(`has a value of ${name} that is no text`);
  });
}
