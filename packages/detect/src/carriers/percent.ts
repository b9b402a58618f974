import { type View, ViewBuilder } from './view.ts';

/** RFC 3986 section 2.3: no encoder escapes these, and keywords rely on finding them as they are. */
const UNRESERVED = /[\w.~-]/;

/** Stands for a byte beyond ASCII: such bytes are in no secret's form, and end what is. */
export const BEYOND = '\u0080';

/**
 * One layer of percent encoding taken off (RFC 3986). Escapes of unreserved characters stay, for no
 * encoder writes them; bytes beyond ASCII become `BEYOND`.
 */
export function percentDecoded(text: string): View | undefined {
  const view = new ViewBuilder(text);
  for (let at = text.indexOf('%'); at !== -1; at = text.indexOf('%', at + 1)) {
    const digits = text.slice(at + 1, at + 3);
    if (!/^[0-9a-fA-F]{2}$/.test(digits)) continue;
    const byte = Number.parseInt(digits, 16);
    const value = byte < 128 ? String.fromCharCode(byte) : BEYOND;
    if (!UNRESERVED.test(value)) view.put(at, at + 3, value);
  }
  return view.build();
}
