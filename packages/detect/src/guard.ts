import { findPersonal } from './personal/index.ts';

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
  return !text.includes('[secret:') && findPersonal(text).length === 0;
}
