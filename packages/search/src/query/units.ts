/**
 * Words in order, for phrases. The index (see `wordsOf` in @tacet/seal) knows which words and which
 * pairs of CJK characters a text holds; a phrase also asks for their order. So a text becomes units:
 * a word, or one CJK character that knows whether it touches the one before it.
 */
export interface Units {
  /** Folded words and single CJK characters, in order. */
  words: readonly string[];
  /** `joined[i]`: unit i is a CJK character directly after the CJK character i - 1. */
  joined: readonly boolean[];
}

const PIECE = /[\p{L}\p{N}\p{M}_]+/gu;
const CJK =
  /([\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]+)|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u30fc]+/gu;

/** The units of a text that is already folded. */
export function unitsOf(folded: string): Units {
  const words: string[] = [];
  const joined: boolean[] = [];
  for (const [run] of folded.matchAll(PIECE)) {
    for (const [part, cjk] of run.matchAll(CJK)) {
      if (cjk === undefined) {
        words.push(part);
        joined.push(false);
        continue;
      }
      let first = true;
      for (const character of cjk) {
        words.push(character);
        joined.push(!first);
        first = false;
      }
    }
  }
  return { words, joined };
}

/**
 * Whether `text` has the units of `phrase` one after another. Punctuation between words does not
 * count; CJK characters written together in the phrase are together in the text, because only such
 * pairs are in the index.
 */
export function hasPhrase(text: Units, phrase: Units): boolean {
  const length = phrase.words.length;
  const last = text.words.length - length;
  for (let start = text.words.indexOf(phrase.words[0] ?? ''); start >= 0 && start <= last; ) {
    let matched = 1;
    while (
      matched < length &&
      text.words[start + matched] === phrase.words[matched] &&
      (!phrase.joined[matched] || text.joined[start + matched])
    )
      matched++;
    if (matched === length) return true;
    start = text.words.indexOf(phrase.words[0]!, start + 1);
  }
  return false;
}
