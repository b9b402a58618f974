/** Texts shorter than this cannot make `JSON.parse` take much memory, whatever they hold. */
const HARMLESS = 64 * 1024;
/** Objects and arrays that a text of no length may hold; each 12 characters allow one more. */
const CONTAINERS = 100_000;
const CHARACTERS_A_CONTAINER = 12;

const QUOTE = 34;
const BACKSLASH = 92;

/**
 * Whether parsing a JSON text would cost far more than its length: `[[[[...` of 64 MB takes 2.7 GB,
 * `{},{},...` 2.2 GB. Looks at brackets outside strings only, in one pass.
 *
 * @param depth objects and arrays inside one another that are allowed
 */
export function isJsonBomb(text: string, depth: number): 'depth' | 'count' | undefined {
  if (text.length < HARMLESS) return undefined;
  const most = CONTAINERS + text.length / CHARACTERS_A_CONTAINER;
  let open = 0;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text.charCodeAt(at);
    if (c === QUOTE) {
      for (at++; at < text.length; at++) {
        const inner = text.charCodeAt(at);
        if (inner === QUOTE) break;
        if (inner === BACKSLASH) at++;
      }
    } else if (c === 123 || c === 91) {
      if (++open > depth) return 'depth';
      if (++count > most) return 'count';
    } else if (c === 125 || c === 93) open--;
  }
  return undefined;
}
