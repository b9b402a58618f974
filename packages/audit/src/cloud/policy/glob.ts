/** Stands in a pattern for a star, question mark or dollar that is meant as such: `${*}`, `${?}`. */
export const LITERAL_STAR = '\uE000';
export const LITERAL_QUESTION = '\uE001';

export const hasWildcard = (pattern: string): boolean => /[*?]/.test(pattern);

const meant = (letter: string): string =>
  letter === LITERAL_STAR ? '*' : letter === LITERAL_QUESTION ? '?' : letter;

/**
 * Whether a whole text fits a pattern of IAM: `*` is any number of characters, `?` exactly one. It goes back to
 * the last star only, so it takes at most |pattern| · |text| steps.
 */
export function globMatches(pattern: string, text: string): boolean {
  let at = 0;
  let letter = 0;
  let star = -1;
  let resume = 0;
  while (letter < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at++;
      resume = letter;
    } else if (wanted !== undefined && (wanted === '?' || meant(wanted) === text[letter])) {
      at++;
      letter++;
    } else if (star >= 0) {
      at = star + 1;
      letter = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}

/**
 * Whether an ARN fits a pattern, as `ArnLike` has it: each of the six parts between colons for itself, and the
 * last one with its colons.
 */
export function arnMatches(pattern: string, arn: string): boolean {
  const wanted = arnParts(pattern);
  const parts = arnParts(arn);
  return (
    wanted.length === 6 && parts.length === 6 && wanted.every((part, at) => globMatches(part, parts[at]!))
  );
}

/** The six parts of an ARN: `arn`, partition, service, region, account, resource; fewer if it is none. */
export function arnParts(arn: string): string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** One text that fits the pattern: every star is `filling`, every question mark an `x`. */
export function instanceOf(pattern: string, filling = ''): string {
  let text = '';
  for (const letter of pattern) text += letter === '*' ? filling : letter === '?' ? 'x' : meant(letter);
  return text;
}
