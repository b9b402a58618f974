const UNSAFE = /[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff]/gu;

const SHORT: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Text of an event made harmless for a terminal: control characters, escape sequences, characters
 * that reorder a line and lone surrogates become visible escapes, so that a hostile log line can
 * neither drive the terminal nor pass for another line.
 */
export function harmless(text: string): string {
  return text.replace(UNSAFE, (found) => {
    const code = found.codePointAt(0) ?? 0;
    return (
      SHORT[found] ??
      (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`)
    );
  });
}

/** `1 event`, `2 events`. */
export function countText(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

const STYLES = {
  dim: [2, 22],
  bold: [1, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
} as const;

export type Style = keyof typeof STYLES;

/** Styles text when the output is a terminal and nobody objected (no-color.org). */
export function painter(output: { isTTY?: boolean }, env: Record<string, string | undefined>) {
  const colours = output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return (style: Style, text: string): string => {
    const [on, off] = STYLES[style];
    return colours && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  };
}
