import { randomBytes } from 'node:crypto';
import { createDetector, type Detector } from '@tacet/detect';

/** Characters that are looked at; whatever a service sends beyond is not shown. */
const WINDOW = 8192;

/** What a terminal or a reader's eye could be fooled with: controls, marks of direction, separators of lines. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

let detector: Detector | undefined;

/**
 * What may be shown of something that a service said: at most `limit` characters on one line, secrets cut
 * out, control characters as escapes. Everything that an audit prints, keeps or sends of a reply passes here.
 */
export function telling(said: string, limit = 200): string {
  const text = said.slice(0, WINDOW).toWellFormed();
  // The fingerprints of findings are not used: a key of the moment is as good as any.
  detector ??= createDetector({ fingerprintKey: randomBytes(32) });
  let shown = '';
  let end = 0;
  for (const secret of detector.scan(text)) {
    shown += `${text.slice(end, secret.start)}[${secret.kind}]`;
    end = secret.end;
  }
  shown += text.slice(end);
  // The window may have cut a secret in two, which then looks like none.
  if (said.length > WINDOW) shown = shown.slice(0, shown.lastIndexOf(' ') + 1);
  const plain = shown.trim().replace(UNSHOWN, escaped);
  return plain.length > limit ? `${plain.slice(0, limit - 1).toWellFormed()}…` : plain;
}

function escaped(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return ' ';
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
