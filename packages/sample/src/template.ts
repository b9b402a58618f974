import type { Random } from './random.ts';

/** Text with slots: literals and word lists in turn. */
export type Template = readonly (string | readonly string[])[];

export type Vocabulary = Readonly<Record<string, readonly string[]>>;

/** Splits a list of words written as one text; `|` separates entries that hold blanks. */
export function words(text: string): string[] {
  return (text.includes('|') ? text.split('|') : text.split(/\s+/))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/**
 * Compiles `Put the {noun} on {place}` against a vocabulary. Throws RangeError on a slot the vocabulary
 * does not have, so that a misspelt slot never reaches the sample.
 */
export function template(text: string, vocabulary: Vocabulary): Template {
  return text
    .split(/[{}]/)
    .map((part, index) => {
      if (index % 2 === 0) return part;
      const list = vocabulary[part];
      if (!list) throw new RangeError(`no word list named ${part}`);
      return list;
    })
    .filter((part) => part !== '');
}

/** Adds to each list `name` a list `Name` of the same words with a capital first letter. */
export function withCapitals(vocabulary: Vocabulary): Vocabulary {
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const capitals = Object.entries(vocabulary).map(([name, list]) => [capital(name), list.map(capital)]);
  return { ...vocabulary, ...Object.fromEntries(capitals) };
}

/** Fills every slot with a word of its list. */
export function render(parts: Template, random: Random): string {
  let text = '';
  for (const part of parts) text += typeof part === 'string' ? part : random.pick(part);
  return text;
}
