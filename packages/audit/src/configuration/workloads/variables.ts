/** What a variable is set to; `null` when it is known that nothing sets it, undefined when that is not known. */
export type Variables = (name: string) => string | null | undefined;

/** Defaults within defaults; Compose's own files have one or two. */
const MAX_NESTED = 8;

/**
 * Fills in variables as Compose does (https://docs.docker.com/reference/compose-file/interpolation/): `$NAME`,
 * `${NAME}`, `${NAME:-otherwise}`, `${NAME:+instead}`, and `$$` for a dollar. One that is not known and has no
 * default stays as `${NAME}`, so that it can be told from text.
 */
export function filledIn(text: string, variables: Variables): string {
  return text.includes('$') ? new Filling(text, variables).until('', 0) : text;
}

class Filling {
  readonly #text: string;
  readonly #variables: Variables;
  #at = 0;

  constructor(text: string, variables: Variables) {
    this.#text = text;
    this.#variables = variables;
  }

  /** Up to the text's end, or past `stop`. */
  until(stop: string, level: number): string {
    const parts: string[] = [];
    while (this.#at < this.#text.length) {
      const char = this.#text[this.#at]!;
      if (char === stop) {
        this.#at++;
        break;
      }
      if (char === '$' && level < MAX_NESTED) parts.push(this.#variable(level));
      else {
        parts.push(char);
        this.#at++;
      }
    }
    return parts.join('');
  }

  #variable(level: number): string {
    const [whole = '$', name, braced, sign = '', closed] =
      this.#match(/\$(?:\$|([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?:(:?[-?+])|(\})))/y) ?? [];
    this.#at += whole.length;
    if (name !== undefined) return this.#variables(name) ?? `\${${name}}`;
    if (braced === undefined) return '$';
    const value = this.#variables(braced);
    if (closed !== undefined) return value ?? `\${${braced}}`;
    const other = this.until('}', level + 1);
    const set = sign.startsWith(':') ? value !== '' && value !== null : value !== null;
    if (value === undefined) return sign.endsWith('-') && other !== '' ? other : `\${${braced}}`;
    if (sign.endsWith('+')) return set ? other : '';
    if (sign.endsWith('-')) return set ? value! : other;
    return value ?? `\${${braced}}`;
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    return pattern.exec(this.#text);
  }
}
