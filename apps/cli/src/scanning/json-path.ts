/** Objects and arrays inside one another that a path names at most. */
const MAX_DEPTH = 64;

/**
 * The path of the value, or the key, that holds the unit at `at` of a JSON text, as in
 * `resourceLogs[0].body.stringValue`; undefined when the text is no JSON up to there. A name that is no
 * word is quoted: `a["x y"]`. Linear in `at`.
 */
export function jsonPathAt(text: string, at: number): string | undefined {
  const stack: { name: string | number }[] = [];
  let key: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    const top = stack.at(-1);
    if (char === '"') {
      const end = stringEnd(text, i);
      if (end === -1) return undefined;
      const isKey = top !== undefined && typeof top.name === 'string' && key === undefined;
      if (isKey) {
        key = text.slice(i + 1, end);
        top.name = key;
      }
      if (at <= end) return pathOf(stack);
      i = end;
    } else if (char === '{' || char === '[') {
      if (stack.length >= MAX_DEPTH) return undefined;
      stack.push({ name: char === '{' ? '' : 0 });
      key = undefined;
    } else if (char === '}' || char === ']') {
      stack.pop();
      key = typeof stack.at(-1)?.name === 'string' ? '' : undefined;
    } else if (char === ',') {
      key = undefined;
      if (typeof top?.name === 'number') top.name++;
    }
    if (i >= at) return pathOf(stack);
  }
  return undefined;
}

/** The index of the quote that ends the string which opens at `at`; -1 when none does. */
function stringEnd(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

function pathOf(stack: readonly { name: string | number }[]): string | undefined {
  if (stack.length === 0) return undefined;
  return stack
    .map(({ name }) =>
      typeof name === 'number' ? `[${name}]` : /^[A-Za-z_$][\w$-]*$/.test(name) ? `.${name}` : `["${name}"]`,
    )
    .join('')
    .replace(/^\./, '');
}
