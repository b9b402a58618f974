import type { Event, Json } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { createDetector } from './detector.ts';
import { seeker } from './lookup.ts';
import { MARKER } from './marker.ts';
import { RULES } from './rules/index.ts';
import { fill, seeded } from './template.ts';

const KEY = new Uint8Array(32).fill(7);
const detector = createDetector({ fingerprintKey: KEY });
const sought = seeker([KEY]);
const base = { time: '0', kind: 'log', severity: '', status: '', provider: '', model: '' } as const;

/** Fingerprints in the markers of an event after scrubbing, and the kinds that it counts. */
function logged(event: Partial<Event>): { fingerprints: string[]; kinds: string[] } {
  const scrubbed = detector.scrub({ ...base, service: 'shop', operation: '', ...event }).event;
  const markers = JSON.stringify(scrubbed).match(MARKER) ?? [];
  const fingerprints = markers.flatMap((marker) => /[0-9a-f]{32}(?=\])/.exec(marker) ?? []);
  return { fingerprints, kinds: Object.keys(scrubbed.secrets ?? {}) };
}

/** The ways in which one secret gets into logs. */
const WAYS: Record<string, (secret: string) => Partial<Event>> = {
  'a sentence': (secret) => ({ body: `the key is ${secret} today` }),
  'a header': (secret) => ({ attributes: { 'http.request.header.authorization': [`Bearer ${secret}`] } }),
  'a member deep down': (secret) => ({ input: [{ role: 'user', parts: [{ content: { note: secret } }] }] }),
  'an API key’s name': (secret) => ({ body: { api_key: secret } }),
  'the name of a service': (secret) => ({ service: secret }),
  'the key of a member': (secret) => ({ attributes: { [secret]: 1 } }),
  'JSON in a string, twice': (secret) => ({
    body: JSON.stringify({ inner: JSON.stringify({ note: secret }) }),
  }),
  'the query of a URL': (secret) => ({ body: `GET https://a.example/?q=${encodeURIComponent(secret)}&x=1` }),
  'a stack trace': (secret) => ({
    events: [{ name: 'exception', attributes: { 'exception.stacktrace': `at f(${secret})\n at g` } }],
  }),
  base64: (secret) => ({ body: btoa(`{"note":"${secret}","and":"more of it"}`) }),
};

const PREFIXED = RULES.filter(
  (rule) =>
    rule.by === 'pattern' &&
    rule.fingerprint &&
    !rule.weak &&
    !rule.back &&
    /^[\w<>:-]+$/.test(rule.positive[0]!),
);

describe('a secret that is looked for', () => {
  it('has the same fingerprint in every field, encoding and path', () => {
    expect(PREFIXED.length).toBeGreaterThan(80);
    const missed: string[] = [];
    for (const [index, rule] of PREFIXED.entries()) {
      const secret = fill(rule.positive[0]!, seeded(index));
      const names = new Set(sought(secret, []).names.map(({ fingerprint }) => fingerprint));
      for (const [way, event] of Object.entries(WAYS)) {
        const { fingerprints } = logged(event(secret) as { [name: string]: Json });
        if (fingerprints.length === 0 || !fingerprints.every((one) => names.has(one)))
          missed.push(`${rule.kind} in ${way}`);
      }
    }
    expect(missed).toEqual([]);
  });

  it('is found under the name that stood beside it, when it has no form', () => {
    const secret = fill('<b62:32>', seeded(4));
    for (const body of [{ MISTRAL_API_KEY: secret }, { client_secret: secret }, `access_token=${secret}`]) {
      const { fingerprints, kinds } = logged({ body });
      expect(fingerprints).toHaveLength(1);
      const { names, guessable } = sought(`"${secret}"\n`, kinds);
      expect(names.map(({ fingerprint }) => fingerprint)).toContain(fingerprints[0]);
      expect(guessable).toBe(false);
    }
  });

  it('is found inside a header, a setting or a connection string', () => {
    const secret = fill('ghp_<b62:30><crc6>', seeded(5));
    const plain = sought(secret, []).names[0]!;
    for (const text of [
      `Authorization: Bearer ${secret}`,
      `TOKEN='${secret}'`,
      `https://x:${secret}@git.example/a`,
    ])
      expect(sought(text, []).names).toContainEqual(plain);
  });

  it('has one fingerprint a key', () => {
    const secret = fill('ghp_<b62:30><crc6>', seeded(6));
    const other = new Uint8Array(32).fill(8);
    expect(seeker([KEY, other])(secret, ['github-token', 'password']).names).toHaveLength(2);
  });

  it('is said to be guessable when it is', () => {
    for (const text of ['hunter2', 'correct horse', 'postgres://app:hunter22x@db.internal/app'])
      expect(sought(text, []).guessable, text).toBe(true);
  });
});
