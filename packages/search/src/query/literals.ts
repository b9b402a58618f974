import { fold, wordsOf } from '@tacet/seal';

/**
 * Words that every text matching a regular expression must hold, one list for each alternative at its
 * top level; undefined when some alternative requires none, so that the index cannot help.
 *
 * Cautious: a word counts only when the expression spells it out with a separator on both sides,
 * because the index has whole words; a pair of Han characters counts anywhere, because the index has
 * all pairs. Groups, classes and whatever is repeated are passed over; anything unfamiliar gives up.
 *
 * `numbers`: the expression may also be tried on numbers, which the index does not split into words.
 */
export function requiredWords(pattern: string, options: { numbers: boolean }): string[][] | undefined {
  const alternatives = literalRuns(pattern);
  if (!alternatives) return undefined;
  const words = alternatives.map((runs) => [
    ...new Set(runs.filter((run) => !(options.numbers && NUMERIC.test(run))).flatMap(wordsOfRun)),
  ]);
  return words.every((list) => list.length > 0) ? words : undefined;
}

/** What the text of a number or a boolean is made of. */
const NUMERIC = /^[-+.0-9A-Za-z]*$/;

/** Whole words inside a literal, and pairs of Han characters that folding leaves as they are. */
function wordsOfRun(run: string): string[] {
  // Non-ASCII separators and letters may fold or compose in ways that the pattern does not show.
  const pieces = run.split(/[^\w\u0080-\u{10ffff}]+/u).slice(1, -1);
  const words = pieces.filter((piece) => /^\w+$/.test(piece)).flatMap(wordsOf);
  const characters = [...run];
  for (const [i, character] of characters.entries()) {
    const next = characters[i + 1];
    if (next !== undefined && stableHan(character) && stableHan(next)) words.push(character + next);
  }
  return words;
}

/** Han characters compose with nothing; compatibility forms fold to others. */
function stableHan(character: string): boolean {
  return /^\p{Script=Han}$/u.test(character) && fold(character) === character;
}

/** For each alternative at the top level, the runs of characters it requires in sequence. */
function literalRuns(pattern: string): string[][] | undefined {
  const alternatives: string[][] = [[]];
  let run = '';
  const close = () => {
    if (run !== '') alternatives.at(-1)!.push(run);
    run = '';
  };
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i]!;
    switch (character) {
      case '|':
        close();
        alternatives.push([]);
        break;
      case '*':
      case '?':
        run = [...run].slice(0, -1).join('');
        close();
        break;
      case '{': {
        // Braces that are no count stand for themselves.
        const count = /^\{\d+(,\d*)?\}/.exec(characters.slice(i, i + 16).join(''))?.[0];
        if (count === undefined) {
          run += character;
          break;
        }
        run = [...run].slice(0, -1).join('');
        close();
        i += count.length - 1;
        break;
      }
      case '+':
      case '.':
      case '^':
      case '$':
        close();
        break;
      case '(':
      case '[': {
        close();
        const end = character === '(' ? endOfGroup(characters, i) : endOfClass(characters, i);
        if (end === undefined) return undefined;
        i = end;
        break;
      }
      case '\\': {
        const escaped = characters[++i];
        if (escaped === undefined) return undefined;
        if (/[\p{P}\p{S}]/u.test(escaped)) run += escaped;
        else if (/[dDwWsSbBAzntrfv]/.test(escaped)) close();
        else return undefined;
        break;
      }
      default:
        run += character;
    }
  }
  close();
  return alternatives;
}

/** Index of the parenthesis that closes the group opened at `start`. */
function endOfGroup(characters: readonly string[], start: number): number | undefined {
  let depth = 0;
  for (let i = start; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === '(') depth++;
    else if (character === ')' && --depth === 0) return i;
    else if (character === '\\' && /[QE]/.test(characters[++i] ?? '')) return undefined;
    else if (character === '[') {
      const end = endOfClass(characters, i);
      if (end === undefined) return undefined;
      i = end;
    }
  }
  return undefined;
}

/** Index of the bracket that closes the class opened at `start`. */
function endOfClass(characters: readonly string[], start: number): number | undefined {
  let i = start + 1;
  if (characters[i] === '^') i++;
  if (characters[i] === ']') i++;
  for (; i < characters.length; i++) {
    const character = characters[i]!;
    if (character === ']') return i;
    if (character === '\\' && /[QE]/.test(characters[++i] ?? '')) return undefined;
    if (character === '[' && characters[i + 1] === ':') {
      const end = characters.indexOf(']', i + 2);
      if (end < 0 || characters[end - 1] !== ':') return undefined;
      i = end;
    }
  }
  return undefined;
}
