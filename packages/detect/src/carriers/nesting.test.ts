import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.ts';
import { RULES } from '../rules/index.ts';
import { fill, seeded } from '../template.ts';

/** `SCALE=10` looks longer, each time elsewhere. */
const SCALE = Number(process.env.SCALE ?? 1);
const SEED = SCALE === 1 ? { seed: 20260102 } : {};
const fingerprintKey = new Uint8Array(32).fill(3);
const detector = createDetector({ fingerprintKey, thorough: true });
const onIngest = createDetector({ fingerprintKey });

const bytes = (text: string) => Buffer.from(text);
const CODES: Readonly<Record<string, (text: string) => string>> = {
  json: (text) => JSON.stringify({ line: text }),
  'json inside': (text) => JSON.stringify(text).slice(1, -1),
  percent: (text) => encodeURIComponent(text),
  base64: (text) => bytes(text).toString('base64'),
  base64url: (text) => bytes(text).toString('base64url'),
  hex: (text) => bytes(text).toString('hex'),
  HEX: (text) => `0x${bytes(text).toString('hex').toUpperCase()}`,
  html: (text) => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
  'html by name': (text) => text.replace(/[&<>"]/g, (sign) => `&${NAMES[sign]};`),
  'utf-16': (text) => `\0${[...text].join('\0')}`,
  'utf-16 in base64': (text) => Buffer.from(text, 'utf16le').toString('base64'),
};
const NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot' };

const times = (codes: readonly string[], what: RegExp) => codes.filter((code) => what.test(code)).length;

/** Of a rule that its own letters give away: what else stands beside it may be torn apart. */
const plain = RULES.filter(
  (rule) => rule.by === 'pattern' && rule.keywords.every(({ text }) => text.length > 3),
);
const planted = fc
  .record({
    rule: fc.constantFrom(...plain),
    seed: fc.nat(1_000_000),
    codes: fc.array(fc.constantFrom(...Object.keys(CODES)), { minLength: 1, maxLength: 4 }),
    around: fc.constantFrom<[string, string]>(
      ['', ''],
      ['use ', ' now'],
      ['{"a":"', '"}'],
      ['x = ', '; y = 2\n'],
    ),
  })
  .filter(({ codes }) => times(codes, /^utf-16/) <= 1 && times(codes, /^percent/) <= 2)
  // Base64 and its like three deep, all together five: that is the bound.
  .filter(({ codes }) => times(codes, /64|hex/i) <= 3)
  .filter(({ codes }) => codes.length + times(codes, /^utf-16 in/) <= 5)
  .map(({ rule, seed, codes, around }) => {
    const text = fill(rule.positive[0]!, seeded(seed));
    const inner = `${around[0]}${text}${around[1]}`;
    return { rule, text, codes, carried: codes.reduce((carrier, code) => CODES[code]!(carrier), inner) };
  })
  .filter(
    ({ text, codes }) => detector.scan(text).length > 0 && (/^[ -~]*$/.test(text) || codes.length === 1),
  );

describe('a secret under random nesting of encodings', () => {
  it('is found, within the text, and is gone from it afterwards', () => {
    fc.assert(
      fc.property(planted, ({ text, carried, codes }) => {
        const fingerprints = detector.scan(text).flatMap(({ fingerprint }) => fingerprint ?? []);
        const found = detector.scan(carried);
        expect(found.length, `${codes.join(', ')}: ${carried}`).toBeGreaterThan(0);
        let last = 0;
        for (const { start, end } of found) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
        }
        expect(last).toBeLessThanOrEqual(carried.length);
        // One secret has one fingerprint, however it was written.
        const all = found
          .flatMap((one) => [one, ...(one.inside ?? [])])
          .map(({ fingerprint }) => fingerprint);
        for (const one of fingerprints) expect(all, `${codes.join(', ')}: ${carried}`).toContain(one);
        if (!carried.includes('\0')) expect(detector.places(carried).length, carried).toBeGreaterThan(0);
        expect(detector.scan(detector.scrubText(carried).text), carried).toEqual([]);
      }),
      { ...SEED, numRuns: 600 * SCALE },
    );
  });

  it('is found on ingest too, when none but the innermost is base64', () => {
    const one = planted.filter(
      ({ codes }) =>
        !codes.slice(1).some((code) => /64|hex/i.test(code)) && !/^(?:utf-16 in|hex)/i.test(codes[0]!),
    );
    fc.assert(
      fc.property(one, ({ carried, codes }) => {
        const event = { time: '1', body: carried };
        expect(onIngest.mayHold(JSON.stringify(event)), `${codes.join(', ')}: ${carried}`).toBe(true);
        expect(onIngest.scrub(event as never).found, `${codes.join(', ')}: ${carried}`).toBeGreaterThan(0);
      }),
      { ...SEED, numRuns: 400 * SCALE },
    );
  });

  it.each(['password=', 'ghp_', 'say postgres://u:'])('is told on ingest in hexadecimal by %s', (before) => {
    const secret = before === 'ghp_' ? fill('<b62:30><crc6>', seeded(1)) : 'Zt9pQ4wXr77';
    const text = `${before}${secret}${before.includes(':') ? '@db.internal/x' : ''}`;
    const event = { time: '1', body: `bytes \\x${bytes(text).toString('hex')} in a row` };
    expect(onIngest.mayHold(JSON.stringify(event))).toBe(true);
    expect(onIngest.scrub(event as never).found).toBe(1);
  });
});
