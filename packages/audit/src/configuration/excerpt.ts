import type { Place } from '../finding.ts';
import { bracketed, secretsIn } from '../reading/secrets.ts';
import type { Setting } from './setting.ts';

const MAX_EXCERPT = 200;

/** Names whose value is a secret, however it looks. */
const SECRET_NAME =
  /(?<!^(?:proxy|grpc|fastcgi|uwsgi|scgi|memcached)_)pass(?:word|wd|phrase|code)?(?:$|[^a-z])|pwd|secret|tokens?(?:$|[^a-z])|credential|api[-_.]?key|access[-_.]?key|private[-_.]?key|master[-_.]?key|encryption[-_.]?key|authorization$|cookie|requirepass|masterauth|salt$|\bauth$/i;
/** Secrets within a value: of an address, of an option, of an assignment. */
const WITHIN =
  /(:\/\/[^\s/:@]*:)[^\s/@]+(?=@)|((?:pass(?:word|wd)?|pwd|secret|token|api[-_]?key|requirepass|authorization|bearer)["']?(?:\s*[=:]\s*|\s+))("[^"]*"|'[^']*'|\S+)/gi;
/** Of a user: on the way into `chpasswd`, in an option of `useradd`, in an access list of Redis. */
const OF_USERS =
  /(?<![^\s'"|])([^\s'"|:]*:)[^\s'"|]+(?=["']?\s*\|\s*chpasswd)|((?:useradd|usermod)\b[^|;&]*?\s-p[= ]?)\S+|((?:^|\s)[>#])[^\s>#]\S+/g;

/** The secrets of a text that are known by their own form, whatever stands around them. */
export function secretsOf(text: string): readonly { readonly kind: string; readonly start: number }[] {
  return (
    secretsIn(text)
      // A hash is what a file of users should hold.
      .filter(({ by, certain, kind }) => by === 'form' && certain !== false && kind !== 'password-hash')
  );
}

/** The beginning of `text` with every secret hidden, those too that are known by what stands before them alone. */
export function withoutSecrets(text: string): string {
  return bracketed(text)
    .replace(WITHIN, (_, url = '', name = '') => `${url}${name}[hidden]`)
    .replace(OF_USERS, (_, user = '', option = '', sign = '') => `${user}${option}${sign}[hidden]`);
}

/** Whether the value of a setting with that name is kept out of everything that is shown. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Where a setting stands, and what it says without secrets: of a password only whether there is one. */
export function placeOf(setting: Setting, secret = false): Place {
  const { file, at, path } = setting;
  return { file, ...at, setting: cut(withoutSecrets(path)), excerpt: cut(excerptOf(setting, secret)) };
}

function excerptOf(setting: Setting, secret: boolean): string {
  const { name, written: value } = setting;
  const called = /^\d+$/.test(name) ? setting.text('name') : '';
  if (value === undefined) return withoutSecrets(called || name);
  if (secret || isSecretName(name))
    return `${withoutSecrets(name)}: ${value.trim() === '' ? '(empty)' : '[hidden]'}`;
  return withoutSecrets(/^\d+$/.test(name) ? value : `${name}: ${value}`);
}

export function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_EXCERPT ? line : `${line.slice(0, MAX_EXCERPT - 1)}…`;
}
