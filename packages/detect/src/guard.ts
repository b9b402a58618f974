import { findEncodedPersonal } from './personal/encoded.ts';

/** A longer text is judged by its start, of which a clear column shows far less. UTF-16 units. */
const JUDGED = 1_024;
/** Verdicts that are remembered, of texts up to so many units. */
const MOST_VERDICTS = 4_096;
const REMEMBERED = 256;

/**
 * Says what may stand in a clear column: no text with a secret's marker, whose fingerprint would be a guessing
 * oracle there, and none with personal data, however sure that is.
 */
export class ClearGuard {
  readonly #verdicts = new Map<string, boolean>();

  /** @param text out of an event from which secrets were cut */
  allows(text: string): boolean {
    if (text.length > REMEMBERED) return isHarmless(text.slice(0, JUDGED));
    const known = this.#verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = isHarmless(text);
    if (this.#verdicts.size >= MOST_VERDICTS) this.#verdicts.clear();
    this.#verdicts.set(text, verdict);
    return verdict;
  }

  /** Forgets every text. */
  wipe(): void {
    this.#verdicts.clear();
  }
}

function isHarmless(text: string): boolean {
  if (text.includes('[secret:')) return false;
  const plain = text.includes('%') ? decoded(text) : text;
  return (
    findEncodedPersonal(text).length === 0 && (plain === text || findEncodedPersonal(plain).length === 0)
  );
}

/** As in the path and query of a URL; one layer. */
function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  return spaced.replace(/(?:%[0-9a-f]{2}){1,1024}/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
