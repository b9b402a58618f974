import type { Context } from './condition.ts';
import { LITERAL_QUESTION, LITERAL_STAR } from './glob.ts';

const VARIABLE = /\$\{\s*([^}'",]+?)\s*(?:,\s*'([^']*)'\s*)?\}/g;
const MEANT = new Map([
  ['*', LITERAL_STAR],
  ['?', LITERAL_QUESTION],
  ['$', '$'],
]);

/** The keys, in lower case, that a text takes values from: `${aws:username}`. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)]
    .map((match) => match[1]!.toLowerCase())
    .filter((key) => !MEANT.has(key));
}

/**
 * The text with the request's values in place of its variables; undefined if the request lacks one that has no
 * default, and then the text fits nothing. What a requester put into a value is no pattern.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function resolved(text: string, context: Context): string | undefined {
  if (!text.includes('${')) return text;
  let lacks = false;
  const filled = text.replace(VARIABLE, (_, key: string, otherwise: string | undefined) => {
    const meant = MEANT.get(key);
    if (meant !== undefined) return meant;
    const value = context.get(key.toLowerCase())?.[0] ?? otherwise;
    if (value === undefined) lacks = true;
    return value?.replaceAll('*', LITERAL_STAR).replaceAll('?', LITERAL_QUESTION) ?? '';
  });
  return lacks ? undefined : filled;
}
