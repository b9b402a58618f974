import { type View, ViewBuilder } from './view.ts';

const SIMPLE: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  '"': '"',
  "'": "'",
  '`': '`',
  '/': '/',
  '\\': '\\',
};

/** What `JSON.stringify` leaves as it is. */
const NEEDLESS = new Set(["'", '`', '/']);

/**
 * One layer of JSON-like string escapes taken off (RFC 8259 section 7), wherever they stand: the text
 * need not be JSON as a whole, as in a log line that ends in a quoted document. Unknown escapes stay.
 */
export function unescaped(text: string): View | undefined {
  const view = new ViewBuilder(text);
  let stringified = true;
  for (let at = text.indexOf('\\'); at !== -1; ) {
    const letter = text[at + 1];
    let end = at;
    if (letter === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(at + 2, at + 6))) {
      end = at + 6;
      const unit = Number.parseInt(text.slice(at + 2, end), 16);
      if (unit >= 0x20) stringified = false;
      view.put(at, end, String.fromCharCode(unit));
    } else if (letter !== undefined && Object.hasOwn(SIMPLE, letter)) {
      end = at + 2;
      if (NEEDLESS.has(letter)) stringified = false;
      view.put(at, end, SIMPLE[letter]!);
    } else {
      end = at + 1;
    }
    at = text.indexOf('\\', end);
  }
  return view.build(stringified);
}
