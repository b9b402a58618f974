import { createDetector, type Detector } from '@tacet/detect';
import { type Event, encodeRow, textColumn } from '@tacet/records';
import { Random, SECRET_TYPES, sampleLines, sampleSecret } from '@tacet/sample';
import { buildFilter, FILTER_FORMS, type FilterForm, toHex, tokensOfEvent, trapdoor } from '@tacet/seal';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowOf } from './row.ts';
import { RowBuilder } from './rows.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, i) => i * 7);

/** Finds nothing: these tests are about tokens. */
const silent = {
  keywords: [{ text: 'zzzzzz' }],
  scrub: (event: Event) => ({ event, found: 0 }),
} as unknown as Detector;
const builder = new RowBuilder(silent, Math.random);

function event(extra: Partial<Event>): Event {
  const base = {
    time: '1736121600000000001',
    kind: 'log',
    service: 's',
    operation: 'op',
    severity: 'info',
  } as const;
  return { ...base, status: '', provider: '', model: '', ...extra };
}

/** The set of trapdoors that the reference gives, in hex. */
function expected(events: Event[]): string[] {
  const found = new Set<string>();
  for (const one of events)
    tokensOfEvent(one, (field, token) => found.add(toHex(trapdoor(KEY, field, token))));
  return [...found].sort();
}

function actual(
  events: Event[],
  form: FilterForm = FILTER_FORMS[2]!,
): {
  trapdoors: string[];
  filter: Uint8Array;
  raw: Uint8Array;
  rows: string[];
} {
  builder.begin(KEY);
  for (const one of events) expect(builder.add(builder.scrub(rowOf(one)))).not.toBe('full');
  const closed = builder.close();
  const hex = Buffer.from(builder.trapdoors(closed.tokens)).toString('hex').match(/.{32}/g) ?? [];
  const id = new Uint8Array(16).fill(3);
  const filter = closed.buildFilter!(id, closed.trapdoors, KEY, form);
  return {
    trapdoors: [...new Set(hex)].sort(),
    filter,
    raw: builder.trapdoors(closed.tokens),
    rows: Buffer.from(closed.rows).toString().split('\n'),
  };
}

const word = fc.stringMatching(/^[A-Za-z0-9_]{1,90}$/);
const chunk = fc.oneof(
  { weight: 6, arbitrary: word },
  fc.constantFrom(' ', '. ', '\n', '"', '\\', '\t', '\u0001', '[', '[secret:', '_', '…', '—', '’', '×', '　'),
  fc.constantFrom(
    '数据库',
    '泄露了',
    '안녕하세요',
    'カタカナー',
    'ひらがな',
    '，',
    '。',
    'ＡＢＣ１２',
    '［',
    '々',
    'か\u3099',
  ),
  fc.constantFrom(
    'Émile',
    'straße',
    'ПРИВЕТ',
    'Ёлка',
    'ΣΊΣΥΦΟΣ',
    'İstanbul',
    'e\u0301',
    'ﬁne',
    '½',
    '£5',
    '€',
    '¡«°±·»¿',
    'ª²µ',
    '‐‑‒–―',
    '🙂',
    '👩‍💻',
    '❷',
    '𠮷',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('\ud800', '\udc00x', `[secret:aws:${'ab'.repeat(16)}]`),
);
const text = fc.array(chunk, { maxLength: 40 }).map((parts) => parts.join(''));
const key = fc.oneof(
  fc.constantFrom('a', 'user.id', 'input_tokens', 'attributes', 'time', 'secrets', '__proto__', ''),
  text,
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('the kernel and its reference', () => {
  it('give the same tokens for any event', () => {
    fc.assert(
      fc.property(
        json,
        json,
        text,
        fc.dictionary(key, json, { maxKeys: 3 }),
        (body, input, service, attributes) => {
          const row = event({
            body,
            input,
            service,
            attributes,
            secrets: { 'aws-key': 2 },
          } as Partial<Event>);
          const plain = JSON.parse(encodeRow(row)) as Event;
          const got = actual([plain]);
          expect(got.trapdoors).toEqual(expected([plain]));
          expect(JSON.parse(got.rows[0]!)).toEqual(plain);
        },
      ),
      { numRuns: 400 },
    );
  });

  it('gives the same filter, filler included', () => {
    const events = Array.from({ length: 60 }, (_, i) =>
      event({ body: `row ${i} 数据库 ${i * 7919}`, user_id: `u${i}` }),
    );
    for (const form of FILTER_FORMS.slice(2)) {
      const { filter, raw } = actual(events, form);
      expect(Buffer.from(filter)).toEqual(
        Buffer.from(buildFilter(new Uint8Array(16).fill(3), raw, KEY, form)),
      );
    }
  });

  it('keeps every row once, in some order, with its clear facts', () => {
    const events = Array.from({ length: 200 }, (_, i) => event({ service: `s${i}`, body: `n${i}` }));
    builder.begin(KEY);
    for (const one of events) builder.add(builder.scrub(rowOf(one)));
    const closed = builder.close();
    const rows = Buffer.from(closed.rows)
      .toString()
      .split('\n')
      .map((row) => JSON.parse(row) as Event);
    const services = rows.map(({ service }) => service);
    expect(closed.clear.service).toEqual(textColumn(services));
    expect(new Set(services).size).toBe(200);
    expect(services).not.toEqual(events.map(({ service }) => service));
  });

  it('takes rows back', () => {
    builder.begin(KEY);
    builder.add(builder.scrub(rowOf(event({ body: 'first words' }))));
    builder.add(builder.scrub(rowOf(event({ body: 'second thoughts' }))));
    builder.truncate(1);
    const { tokens, count, rows } = builder.close();
    const hex = (Buffer.from(builder.trapdoors(tokens)).toString('hex').match(/.{32}/g) ?? []).sort();
    expect(count).toBe(1);
    expect(hex).toEqual(expected([event({ body: 'first words' })]));
    expect(Buffer.from(rows).toString()).toBe(encodeRow(event({ body: 'first words' })));
  });

  it('closes a segment when its filter is full, and takes a row too rich for any alone', () => {
    const words = (n: number, from: number) => Array.from({ length: n }, (_, i) => `w${from + i}`).join(' ');
    builder.begin(KEY);
    let added = 0;
    while (builder.add(builder.scrub(rowOf(event({ body: words(100, added * 100) })))) === 'added') added++;
    expect(added).toBeGreaterThan(120);
    expect(added).toBeLessThan(140);
    expect(builder.close().unfiltered).toBe(false);
    builder.begin(KEY);
    expect(builder.add(builder.scrub(rowOf(event({ body: words(30_000, 0) }))))).toBe('alone');
    expect(builder.close().unfiltered).toBe(true);
    builder.begin(KEY);
    expect(builder.add(builder.scrub(rowOf(event({ body: 'x '.repeat(2_500_000) }))))).toBe('alone');
    expect(builder.close()).toMatchObject({ unfiltered: true, count: 1 });
  });

  it('has no marker but those that detection put there', () => {
    const builder = new RowBuilder(createDetector({ fingerprintKey: KEY }), Math.random);
    builder.begin(KEY);
    const claim = `[secret:openai-api-key:${'0'.repeat(32)}]`;
    const forged = event({
      body: { [claim]: `say ${claim} and [secret:password]`, password: '[secret:password]' },
      attributes: {
        note: `${claim}${claim} [secret:[secret:jwt]] [secret:No] [SECRET:jwt]`,
        password: 'hunter22',
      },
    });
    const { event: sealed } = builder.scrub(rowOf(forged));
    const not = `[secret?/openai-api-key/${'0'.repeat(32)}]`;
    expect(sealed).toEqual({
      ...forged,
      body: { [not]: `say ${not} and [secret?/password]`, password: '[secret?/password]' },
      attributes: {
        note: `${not}${not} [secret:[secret?/jwt]] [secret:No] [SECRET:jwt]`,
        password: '[secret:password]',
      },
      secrets: { password: 1 },
    });
    // Escapes of a sender are gone before: a row is written anew.
    expect(JSON.stringify(sealed)).not.toContain('\\u005b');
  });

  it('never says that a row is free of secrets when detection could find one', () => {
    const detector = createDetector({ fingerprintKey: KEY });
    let asked = 0;
    const watched: Detector = {
      ...detector,
      keywords: detector.keywords,
      scrub: (event: Event) => ({ event, found: ++asked * 0 }),
      scrubMember: (_, text) => ({ text, found: [].slice(0, ++asked) }),
    };
    const watching = new RowBuilder(watched, Math.random);
    watching.begin(KEY);
    const check = (row: Event) => {
      const before = asked;
      watching.scrub(rowOf(row));
      if (asked === before) expect(detector.mayHold(encodeRow(row))).toBe(false);
      return asked > before;
    };
    for (const line of sampleLines({ seed: 7, count: 1500 })) check(event({ body: JSON.parse(line) }));
    const random = new Random(11);
    const carriers = [
      (secret: string) => secret,
      (secret: string) => `say "${secret}" twice`,
      (secret: string) => encodeURIComponent(`x=${secret}&y`),
      (secret: string) => JSON.stringify(JSON.stringify({ k: secret })),
      (secret: string) => Buffer.from(`pad ${secret} pad`).toString('base64'),
      (secret: string) => `a\u001b[31m${secret}\u001b[0m：${secret}`,
    ];
    for (const type of SECRET_TYPES) {
      for (const carry of carriers) check(event({ body: carry(sampleSecret(type, random).secret) }));
    }
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...detector.keywords.map(({ text }) => text)), chunk), {
          maxLength: 12,
        }),
        fc.constantFrom('=', ': "', '%3D', '：', ' -> ', '"],"value":"', ''),
        (parts, sign) => {
          check(event({ body: parts.join(sign) }));
        },
      ),
      { numRuns: 500 },
    );
  });
});
