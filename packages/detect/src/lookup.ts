import { createDetector } from './detector.ts';
import { KINDS } from './kinds.ts';
import { Fingerprints, type Found } from './marker.ts';
import { RULES } from './rules/index.ts';
import { SCHEME } from './scan/judge.ts';
import { unguessable } from './values/made.ts';

/** A secret that somebody holds in hand, as markers may name it. */
export interface Sought {
  /** What detection finds in the text itself; without a fingerprint when a person may have chosen it. */
  readonly found: readonly Found[];
  /** Nothing in it is beyond guessing, so it has no fingerprint wherever it was logged. */
  readonly guessable: boolean;
  /** Every name that the text, and what was found in it, would have under these kinds; each once. */
  readonly names: readonly Required<Found>[];
}

/** Values in one text that are looked for: a header or a connection string holds few. */
const MOST_VALUES = 8;

/**
 * Finds the fingerprints by which a secret is known under `keys`, the fingerprint keys of a store's writers.
 * The text that it then takes is the secret, or a header, setting or connection string with it. A value
 * without a form of its own was named by what stood beside it where it was logged, so it is tried under all
 * of `kinds`, those that the store has. `own` are the rules of the writers, beside the built-in ones.
 */
export function seeker(
  keys: readonly Uint8Array[],
  own: Pick<Parameters<typeof createDetector>[0], 'rules' | 'allows'> = {},
): (text: string, kinds: Iterable<string>) => Sought {
  const writers = keys.map((fingerprintKey) => ({
    detector: createDetector({ fingerprintKey, ...own }),
    fingerprints: new Fingerprints(fingerprintKey),
  }));
  return (text, kinds) => {
    const found: Found[] = [];
    const names = new Map<string, Required<Found>>();
    const name = (kind: string, fingerprint: string) => names.set(fingerprint, { kind, fingerprint });
    const tried = [...kinds].filter((kind) => KINDS.get(kind)?.fingerprint !== false);
    for (const { detector, fingerprints } of writers) {
      const cut = detector.scrubText(text).found;
      if (found.length === 0) found.push(...cut);
      for (const { kind, fingerprint } of cut) if (fingerprint) name(kind, fingerprint);
      const spans = detector.scan(text).filter(({ by }) => by !== 'encoding');
      const values = [bare(text), ...spans.map(({ start, end }) => text.slice(start, end))];
      for (const value of new Set(values.slice(0, MOST_VALUES)))
        for (const kind of tried)
          for (const form of formsOf(kind, value)) name(kind, fingerprints.of(kind, form));
    }
    const guessable = found.length > 0 ? !found.some((one) => one.fingerprint) : !unguessable(bare(text));
    return { found, guessable, names: [...names.values()] };
  };
}

/** What was copied along with a value: blanks, quotes, the scheme of a header. */
function bare(text: string): string {
  return text
    .trim()
    .replace(SCHEME, '')
    .replace(/^(["'`])(.*)\1$/s, '$2');
}

/** A value as it is, and in the normal forms of a kind. */
function formsOf(kind: string, value: string): Set<string> {
  const forms = new Set([value]);
  for (const rule of RULES)
    if (rule.kind === kind && 'normalise' in rule && rule.normalise) forms.add(rule.normalise(value));
  return forms;
}
