/** Members of a list that are looked at. */
const MAX_MEMBERS = 20_000;
/** Levels of what is cut off that are made whole again. */
const MAX_DEPTH = 100;

/**
 * The value of `text`, or undefined when it is no JSON. With `cut`, the text may end anywhere, as when a
 * long answer was read in part: what is whole of it counts.
 */
export function parseJson(text: string, cut = false): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (!cut) return undefined;
  }
  const [end, closing] = lastWhole(text);
  try {
    return JSON.parse(text.slice(0, end) + closing);
  } catch {
    return undefined;
  }
}

/** Where the last whole member of an object or a list ends, and what closes everything that is open there. */
function lastWhole(text: string): [end: number, closing: string] {
  const open: string[] = [];
  let quoted = false;
  let end = 0;
  for (let at = 0; at < text.length && open.length < MAX_DEPTH; at++) {
    const character = text[at]!;
    if (quoted) {
      if (character === '\\') at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === ',') end = at;
    else if (character === '{' || character === '[') {
      open.push(character === '{' ? '}' : ']');
      end = at + 1;
    } else if (character === '}' || character === ']') {
      open.pop();
      end = at + 1;
    }
  }
  return [end, open.toReversed().join('')];
}

/** The value at the end of a path of names, own properties only; undefined when there is none. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  let here = value;
  for (const name of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Record<string | number, unknown>)[name];
  }
  return here;
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : undefined;
}

/** A text in which something stands. */
export function wordAt(value: unknown, ...path: readonly (string | number)[]): string | undefined {
  return textAt(value, ...path)?.trim() || undefined;
}

/** A count, also one that is written as a string; undefined for everything that counts nothing. */
export function countAt(value: unknown, ...path: readonly (string | number)[]): number | undefined {
  const found = at(value, ...path);
  const count = typeof found === 'string' && /^\d{1,16}$/.test(found) ? Number(found) : found;
  return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : undefined;
}

/** The members of a list, at most 20,000; undefined when it is none. */
export function listAt(value: unknown, ...path: readonly (string | number)[]): unknown[] | undefined {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.slice(0, MAX_MEMBERS) : undefined;
}
