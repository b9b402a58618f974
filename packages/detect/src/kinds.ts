import { GENERIC } from './names/generic.ts';
import type { Rotation, Severity } from './rule.ts';
import { RULES } from './rules/index.ts';
import { OWN_PAGE } from './rules/revocation.ts';

/** What is known of a kind, whichever rule found it. */
export interface KindFacts {
  readonly kind: string;
  readonly provider: string;
  readonly opens: string;
  readonly severity: Severity;
  readonly rotation: Rotation;
  /** Where it is revoked: an address, or a page of these docs. */
  readonly revoke: string;
  /** Whether it may have a fingerprint. */
  readonly fingerprint: boolean;
}

const BY_NAME = { provider: 'by its name', revoke: OWN_PAGE } as const;
const PEOPLE: ReadonlySet<string> = new Set(['password', 'connection-string', 'recovery-phrase']);

function gather(): ReadonlyMap<string, KindFacts> {
  const all: KindFacts[] = RULES.map(
    ({ kind, provider, opens, severity, rotation, revoke, fingerprint }) => ({
      kind,
      provider,
      opens,
      severity,
      rotation,
      revoke,
      fingerprint,
    }),
  );
  for (const facts of Object.values(GENERIC)) {
    all.push({ ...BY_NAME, ...facts, rotation: PEOPLE.has(facts.kind) ? 'password' : 'console' });
  }
  all.push({
    ...BY_NAME,
    kind: 'basic-credentials',
    provider: 'any',
    opens: 'the account that the header names',
    severity: 'high',
    rotation: 'password',
    fingerprint: false,
  });
  // Of two rules with one kind, the first knows it better.
  const kinds = new Map<string, KindFacts>();
  for (const facts of all) if (!kinds.has(facts.kind)) kinds.set(facts.kind, facts);
  return kinds;
}

/** Every built-in kind. */
export const KINDS: ReadonlyMap<string, KindFacts> = gather();
