import { MAX_CLEAR_LENGTH } from '@tacet/records';

/** Folded texts at least this long may come from a value that was cut before it was stored. */
const LONG = 24;
/** So much of a cut value survives folding whatever the folding does at the cut: NFKC shrinks at most 4:1. */
const PREFIX = 20;
/** Marks the prefix of a cut value; a control character keeps it apart from whole values. */
const CUT = '\u0000';

function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/**
 * Distinct folded values of the texts of one clear column of one segment: what an equality test looks into.
 * A value long enough to have been cut stands as its marked prefix.
 */
export function facets(texts: readonly string[]): string[] {
  const folded = new Set<string>();
  for (const value of texts) {
    const text = fold(value);
    folded.add(value.length >= MAX_CLEAR_LENGTH ? CUT + text.slice(0, PREFIX) : text);
  }
  return [...folded];
}

/** The facets that a value equal to `value`, letter case and width aside, can have. */
export function facetsFor(value: string): string[] {
  const text = fold(value);
  return text.length >= LONG ? [text, CUT + text.slice(0, PREFIX)] : [text];
}

/** Facets of the column of secrets: each `kind×count`, and its kind alone. */
export function secretFacets(texts: readonly string[]): string[] {
  return facets(texts.flatMap((entry) => [entry, entry.slice(0, entry.lastIndexOf('×'))]));
}
