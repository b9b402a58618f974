import { type View, ViewBuilder } from './view.ts';

/** Names of signs (HTML, section 13.5) that stand in the places where encoders put entities. */
const NAMED: Readonly<Record<string, string>> = {
  quot: '"',
  apos: "'",
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  colon: ':',
  equals: '=',
  sol: '/',
  bsol: '\\',
  commat: '@',
  lowbar: '_',
  dollar: '$',
  percnt: '%',
  num: '#',
  plus: '+',
  period: '.',
  semi: ';',
  grave: '`',
};
const ENTITY = /&(?:#(?<decimal>\d{1,7})|#[xX](?<hex>[0-9a-fA-F]{1,6})|(?<name>[a-z]{2,8}));/y;
const LAST = 0x10ffff;

/** One layer of HTML or XML entities taken off, wherever they stand; unknown ones stay. */
export function entitiesDecoded(text: string): View | undefined {
  const view = new ViewBuilder(text);
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    ENTITY.lastIndex = at;
    const { decimal, hex, name } = ENTITY.exec(text)?.groups ?? {};
    const code =
      decimal !== undefined ? Number(decimal) : hex !== undefined ? Number.parseInt(hex, 16) : LAST + 1;
    const value =
      name !== undefined && Object.hasOwn(NAMED, name)
        ? NAMED[name]
        : code <= LAST
          ? String.fromCodePoint(code)
          : undefined;
    if (value !== undefined) view.put(at, ENTITY.lastIndex, value);
  }
  return view.build();
}
