import { isSecretName } from './excerpt.ts';

/** Passwords that everybody tries first: out of guides and sample files. */
const GUESSED =
  /^(?:admin\d*|administrator|root|toor|pass|password\d*|passw0rd|p@ssw0rd|postgres|mysql|mongo|mongodb|redis|rabbitmq|clickhouse|elastic|grafana|guest|user|test|testing|example|changeme|change-me|change_me|changethis|secret|mysecret|mysalt|default|letmein|qwerty|foobared|minioadmin|minio123|airflow|langfuse|miniosecret|myredissecret|1234\d*|0{8,})$/i;
/** What such a name has besides a secret: where it is, how long it lasts. */
const ABOUT =
  /[_.-]?(?:file|path|url|uri|name|host|port|ttl|type|enabled?|expir\w*|length|max\w*|min\w*|limits?|tokens|count|provider|header|user(?:name)?|id|users|roles|groups|prefix|ref|algorithm|key_?ref|policy|region|cookie_\w+|existing\w*)$/i;
/** Values that are no secrets, whatever their name. */
const PLAIN =
  /^[a-z0-9]+(?:-[a-z0-9]+)*-(?:password|secret|key|token|credentials)$|^(?:true|false|yes|no|none|null|required|optional|disabled|enabled|auto|\d{1,12})$|^[/.]|^https?:\/\/[^@]*$|\s/i;

/** Whether a value comes from a variable, a file or a template, and is not seen. */
export function fromElsewhere(value: string): boolean {
  return /\$\{?\w|\$\(|\$__|\{\{|^<|^\/run\/secrets\/|^os\.environ\/|^ENC\[/.test(value);
}

/** Whether it is a password that everybody tries first. */
export function isGuessable(value: string): boolean {
  return GUESSED.test(value.trim());
}

/** Whether the name is that of a secret, and the value a secret itself and not one that everybody knows. */
export function isLiteralSecret(name: string, value: string): boolean {
  const text = value.trim();
  return (
    isSecretName(name) &&
    !ABOUT.test(name) &&
    text.length >= 6 &&
    !PLAIN.test(text) &&
    !fromElsewhere(text) &&
    !isGuessable(text) &&
    !/^(?:your|my|some|the|insert|replace|todo|xxx)|^\*+$|placeholder/i.test(text)
  );
}
