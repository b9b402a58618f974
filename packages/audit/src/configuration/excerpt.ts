import { randomBytes } from 'node:crypto';
import { createDetector, type Detector } from '@tacet/detect';
import type { Place } from '../finding.ts';
import type { Setting } from './setting.ts';

const MAX_EXCERPT = 200;

/** Names whose value is a secret, however it looks. */
const SECRET_NAME =
  /pass(?:word|wd|phrase|code)?(?:$|[^a-z])|pwd|secret|token|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key|master[-_.]?key|encryption[-_.]?key|authorization|cookie|requirepass|masterauth|salt$|\bauth$/i;
/** Secrets within a value: of an address, of an option, of an assignment. */
const WITHIN =
  /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)|((?:pass(?:word|wd)?|pwd|secret|token|api[-_]?key|requirepass|authorization|bearer)["']?(?:\s*[=:]\s*|\s+))("[^"]*"|'[^']*'|\S+)/gi;

let detector: Detector | undefined;

/** `text` with every secret replaced by its kind in brackets. */
export function withoutSecrets(text: string): string {
  // The fingerprints that the key is for are not shown.
  detector ??= createDetector({ fingerprintKey: randomBytes(32) });
  let shown = '';
  let from = 0;
  for (const { kind, start, end } of detector.scan(text)) {
    shown += `${text.slice(from, start)}[${kind}]`;
    from = end;
  }
  return (shown + text.slice(from)).replace(WITHIN, (_, url = '', name = '') => `${url}${name}[hidden]`);
}

/** Whether the value of a setting with that name is kept out of everything that is shown. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Where a setting stands, and what it says without secrets: of a password only whether there is one. */
export function placeOf(setting: Setting): Place {
  const { file, at, path } = setting;
  return { file, ...at, setting: cut(withoutSecrets(path)), excerpt: cut(excerptOf(setting)) };
}

function excerptOf({ name, value }: Setting): string {
  if (value === undefined) return withoutSecrets(name);
  if (isSecretName(name)) return `${withoutSecrets(name)}: ${value.trim() === '' ? '(empty)' : '[hidden]'}`;
  return withoutSecrets(/^\d+$/.test(name) ? value : `${name}: ${value}`);
}

function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_EXCERPT ? line : `${line.slice(0, MAX_EXCERPT - 1)}…`;
}
