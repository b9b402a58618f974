import { type View, ViewBuilder } from './view.ts';

/** ASCII as it looks where UTF-16 was read byte by byte: without the zeros between the letters. */
export function withoutNuls(text: string): View | undefined {
  const view = new ViewBuilder(text);
  for (let at = text.indexOf('\0'); at !== -1; at = text.indexOf('\0', at + 1)) view.put(at, at + 1, '');
  return view.build();
}
