import { bracketed } from './secrets.ts';

/** What a terminal or a reader's eye could be fooled with: controls, marks of direction, separators of lines. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * What may be shown of something that a service said: at most `limit` characters on one line, secrets cut
 * out, control characters as escapes. Everything that an audit prints, keeps or sends of a reply passes here.
 */
export function telling(said: string, limit = 200): string {
  const plain = bracketed(said).trim().replace(UNSHOWN, escaped);
  return plain.length > limit ? `${plain.slice(0, limit - 1).toWellFormed()}…` : plain;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return ' ';
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
