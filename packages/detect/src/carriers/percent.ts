import { type View, ViewBuilder } from './view.ts';

/** RFC 3986 section 2.3: no encoder escapes these, and keywords rely on finding them as they are. */
const UNRESERVED = /[\w.~-]/;

/**
 * One layer of percent encoding taken off (RFC 3986). Escapes of unreserved characters and of bytes
 * beyond ASCII stay: the former are never written by an encoder, the latter are in no secret's form.
 */
export function percentDecoded(text: string): View | undefined {
  const view = new ViewBuilder(text);
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at + 1)) {
    const digits = text.slice(at + 1, at + 3);
    if (!/^[0-7][0-9a-fA-F]$/.test(digits)) continue;
    const value = String.fromCharCode(Number.parseInt(digits, 16));
    if (!UNRESERVED.test(value)) view.put(at, at + 3, value);
  }
  return view.build();
}
