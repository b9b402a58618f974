import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KINDS } from '../kinds.ts';
import { findEncodedPersonal } from './encoded.ts';
import { findPersonal, PERSONAL_KINDS } from './index.ts';

/** What is found, as `kind confidence text`. */
const found = (text: string) =>
  findPersonal(text).map(
    ({ kind, start, end, confidence }) => `${kind} ${confidence} ${text.slice(start, end)}`,
  );

// Numbers are the examples of issuers and standards: nobody's.
const POSITIVE: Record<string, [text: string, found: string][]> = {
  email: [
    ['from Jürgen.Müller+news@mail.example-shop.de, today', 'high Jürgen.Müller+news@mail.example-shop.de'],
    ['{"user":"li.lei@qq.com"}', 'high li.lei@qq.com'],
    ["<mailto:o'brien@uni.ac.uk>", "high o'brien@uni.ac.uk"],
    ['用户张三@例子.公司登录', 'high 用户张三@例子.公司登录'],
    ['alice@example.com', 'low alice@example.com'],
    ['svc@shop-1.iam.gserviceaccount.com', 'low svc@shop-1.iam.gserviceaccount.com'],
    ['git@github.com:acme/app.git', 'low git@github.com'],
  ],
  phone: [
    ['call +49 30 901820 now', 'high +49 30 901820'],
    ['+8613800138000', 'high +8613800138000'],
    ['+1 (202) 456-1111', 'high +1 (202) 456-1111'],
    ['(202) 456-1111', 'medium (202) 456-1111'],
    ['202-456-1111', 'medium 202-456-1111'],
    ['张三 13800138000', 'low 13800138000'],
    ['phone: 020 7925 0918', 'high 020 7925 0918'],
    ['{"contactPhoneNumber":"13800138000"}', 'high 13800138000'],
    ['Tel.: 030 901820', 'high 030 901820'],
    ['手机号：13800138000', 'high 13800138000'],
    ['+49\u00a030\u00a0901820', 'high +49\u00a030\u00a0901820'],
    ['"mobile_number":"01 42 92 81 00"', 'high 01 42 92 81 00'],
  ],
  'payment-card': [
    ['4111 1111 1111 1111', 'high 4111 1111 1111 1111'],
    ['2025-01-06 10:00:00 4012-8888-8888-1881 paid', 'high 4012-8888-8888-1881'],
    ['10:00:00 5555555555554444', 'medium 5555555555554444'],
    ['card=2223003122003222', 'high 2223003122003222'],
    ['卡号：５５５５５５５５５５５５４４４４', 'high ５５５５５５５５５５５５４４４４'],
    ['amex 3782 822463 10005', 'high 3782 822463 10005'],
    ['6011111111111117', 'medium 6011111111111117'],
    ['3530111333300000', 'medium 3530111333300000'],
    ['30569309025904', 'medium 30569309025904'],
    ['6200000000000005', 'medium 6200000000000005'],
  ],
  iban: [
    ['DE89370400440532013000', 'high DE89370400440532013000'],
    ['to GB29 NWBK 6016 1331 9268 19 EUR', 'high GB29 NWBK 6016 1331 9268 19'],
    ['fr1420041010050500013m02606', 'high fr1420041010050500013m02606'],
    ['NO9386011117947, CH', 'high NO9386011117947'],
    ['SA03 8000 0000 6080 1016 7519', 'high SA03 8000 0000 6080 1016 7519'],
  ],
  'ip-address': [
    ['client 8.8.4.4:443', 'medium 8.8.4.4'],
    ['from 10.1.2.3', 'low 10.1.2.3'],
    ['2607:f8b0:4005:805::200e', 'medium 2607:f8b0:4005:805::200e'],
    ['[2001:db8:85a3:0:0:8a2e:370:7334]', 'low 2001:db8:85a3:0:0:8a2e:370:7334'],
    ['::ffff:8.8.8.8', 'medium 8.8.8.8'],
  ],
  'us-ssn': [
    ['536-22-1234', 'medium 536-22-1234'],
    ['"ssn":"536221234"', 'high 536221234'],
  ],
  'uk-nino': [
    ['JG 10 37 59 A', 'medium JG 10 37 59 A'],
    ['nino=JG103759A', 'high JG103759A'],
  ],
  'cn-resident-id': [
    ['11010519491231002X', 'high 11010519491231002X'],
    ['身份证号440524188001010014', 'high 440524188001010014'],
  ],
  'in-aadhaar': [
    ['9999 4105 7058', 'medium 9999 4105 7058'],
    ['Aadhaar: 999941057058', 'high 999941057058'],
  ],
  'de-steuer-id': [
    ['Steuer-ID 86095742719', 'high 86095742719'],
    ['47 036 892 816', 'medium 47 036 892 816'],
  ],
  'fr-nir': [
    ['2 55 08 14 168 025 38', 'high 2 55 08 14 168 025 38'],
    ['269054958815780', 'medium 269054958815780'],
  ],
  'es-dni': [['DNI 12345678Z', 'medium 12345678Z']],
  'es-nie': [['X1234567L', 'medium X1234567L']],
  'it-codice-fiscale': [['RSSMRA85T10A562S', 'high RSSMRA85T10A562S']],
  'br-cpf': [
    ['111.444.777-35', 'high 111.444.777-35'],
    ['cpf 52998224725', 'high 52998224725'],
  ],
  'nl-bsn': [['BSN 111222333', 'high 111222333']],
  'be-national-number': [['85.07.30-033.28', 'high 85.07.30-033.28']],
  'pl-pesel': [['PESEL: 44051401359', 'high 44051401359']],
  'se-personnummer': [['811218-9876', 'medium 811218-9876']],
  'fi-hetu': [['131052-308T', 'high 131052-308T']],
  'kr-resident-number': [['850101-1234567', 'medium 850101-1234567']],
  'tr-identity-number': [['tckn 10000000146', 'high 10000000146']],
  'ca-sin': [['SIN 130 692 544', 'high 130 692 544']],
  'mx-curp': [['HEGG560427MVZRRL04', 'high HEGG560427MVZRRL04']],
  'au-tfn': [['TFN 123456782', 'high 123456782']],
  'za-id-number': [['ID number: 8001015009087', 'high 8001015009087']],
  'jp-my-number': [['マイナンバー 123456789018', 'high 123456789018']],
  'sg-nric': [['S1234567D', 'medium S1234567D']],
  'hk-id': [['A123456(3)', 'high A123456(3)']],
  'tw-national-id': [['A123456789', 'medium A123456789']],
  'ch-ahv': [['756.9217.0769.85', 'high 756.9217.0769.85']],
};

/** What logs are full of. */
const NEGATIVE = [
  ['a trace', '"trace_id":"0af7651916cd43dd8448eb211c80319c","span_id":"5555555555554444"'],
  ['nanoseconds', '1736121600123456789 1736121600000000000'],
  ['milliseconds', '1736121600000 1483228800'],
  ['a date and a time', '2025-01-06T10:00:00.123456Z [06/Jan/2025:10:00:00 +0000] 2025-01-06 10:00:00,123'],
  ['a UUID', '6ba7b810-9dad-11d1-80b4-00c04fd430c8 00000000-0000-0000-0000-000000000000'],
  ['versions', 'lodash@4.17.21 v1.2.3.4 version 10.4.5.6 Chrome/120.0.6099.109 @scope/name@1.2.3'],
  ['models', 'gpt-4o-2024-08-06 claude-3-5-sonnet-20241022 qwen2.5-72b-instruct text-embedding-3-large'],
  [
    'numbers in code',
    'logo@2x.png std::vector<int> a::b dead::beef 00:1a:2b:3c:4d:5e 127.0.0.1:8080 0.0.0.0',
  ],
  ['operations', 'POST /v1/accounts/123456789/orders/9007199254740993 k8s-pod-7d4f8b9c6d-x2x5z'],
  ['a database’s address', 'postgres://app@db.internal/app ssh://deploy@build.acme.io/x'],
  [
    'wrong check digits',
    '4111 1111 1111 1112 DE89370400440532013001 11010519491231002Y 12345678A RSSMRA85T10A562X',
  ],
  ['impossible ids', '000-12-3456 666-12-3456 078-05-1120 111.111.111-11 ssn 123456789'],
  [
    'digits without a name',
    'telegram: 1234567890 cell_id=2024561111 telemetry 2024561111 111222333 44051401359 10000000146 86095742719 123456789018 123-456-789',
  ],
  ['sizes', '1234567890123456 bytes, 99.99% 12,345,678.90 1e10 0x7fffffffffffffff'],
] as const;

it('has a case for every kind, and no name that secrets have', () => {
  expect([...PERSONAL_KINDS].sort()).toEqual(Object.keys(POSITIVE).sort());
  expect([...PERSONAL_KINDS].filter((kind) => KINDS.has(kind))).toEqual([]);
});

describe.each(Object.entries(POSITIVE))('%s', (kind, cases) => {
  it.each(cases)('is found in %s', (text, expected) => {
    expect(found(text)).toEqual([`${kind} ${expected}`]);
  });
});

/** Their forms are all there is to check. */
const UNCHECKED = new Set(['email', 'phone', 'ip-address', 'us-ssn', 'uk-nino', 'kr-resident-number']);

describe('a check digit', () => {
  it.each(Object.entries(POSITIVE).filter(([kind]) => !UNCHECKED.has(kind)))(
    'of %s tells a wrong digit',
    (kind, cases) => {
      let [wrong, kept] = [0, 0];
      for (const [text, expected] of cases) {
        const id = expected.slice(expected.indexOf(' ') + 1);
        const start = text.indexOf(id);
        for (let at = start; at < start + id.length; at++) {
          if (!/[0-9]/.test(text[at]!)) continue;
          for (let more = 1; more < 10; more++) {
            const digit = (Number(text[at]) + more) % 10;
            const changed = `${text.slice(0, at)}${digit}${text.slice(at + 1)}`;
            wrong++;
            if (findPersonal(changed).some((one) => one.kind === kind)) kept++;
          }
        }
      }
      // Where ten is written as nought, or even weights count by ten (Taiwan), a few are not told.
      expect(kept / wrong).toBeLessThan(0.09);
    },
  );
});

describe('what is nobody’s', () => {
  it.each(NEGATIVE)('leaves %s alone', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('in any text', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(...Object.values(POSITIVE).flatMap((cases) => cases.map(([text]) => text))),
    fc.stringMatching(/^[0-9 .+()@:-]{0,40}$/),
  );

  it('gives places inside it, in order, without overlaps', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const text = pieces.join(' ');
        let end = 0;
        for (const one of findPersonal(text)) {
          expect(one.start).toBeGreaterThanOrEqual(end);
          expect(one.end).toBeGreaterThan(one.start);
          end = one.end;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('finds a number wherever it stands in a long text', () => {
    const words = 'nothing of interest here, and so on; '.repeat(50);
    fc.assert(
      fc.property(
        fc.nat(words.length),
        fc.constantFrom('DE89370400440532013000', '+4930901820'),
        (at, number) => {
          const text = `${words.slice(0, at)} ${number} ${words.slice(at)}`;
          expect(findPersonal(text).map(({ start, end }) => text.slice(start, end))).toEqual([number]);
        },
      ),
    );
  });
});

describe('through encodings', () => {
  const utf8 = (text: string) => Buffer.from(text);
  const CODES: Readonly<Record<string, (text: string) => string>> = {
    json: (text) => JSON.stringify({ line: text }).replaceAll('@', '\\u0040'),
    percent: (text) => encodeURIComponent(text),
    html: (text) => text.replace(/[@+]/g, (sign) => `&#${sign.charCodeAt(0)};`),
    'utf-16': (text) => [...text].join('\0'),
    base64: (text) => utf8(text).toString('base64'),
    base64url: (text) => utf8(text).toString('base64url'),
    hex: (text) => utf8(text).toString('hex'),
  };

  it('finds it three deep, by places in the text as it was given', () => {
    const codes = fc
      .array(fc.constantFrom(...Object.keys(CODES)), { maxLength: 3 })
      .filter((list) => list.filter((code) => /64|hex/.test(code)).length <= 2);
    fc.assert(
      fc.property(
        codes,
        fc.constantFrom(['email', 'li.lei@qq.com'], ['payment-card', '4111 1111 1111 1111']),
        (list, [kind, planted]) => {
          const carried = list.reduce((text, code) => CODES[code]!(text), `for ${planted}, today at noon`);
          const text = `log "${carried}" end`;
          const found = findEncodedPersonal(text);
          expect(
            found.map((one) => one.kind),
            text,
          ).toContain(kind);
          for (const { start, end } of found) {
            expect(start).toBeGreaterThanOrEqual(5);
            expect(end).toBeGreaterThan(start);
            expect(end).toBeLessThanOrEqual(text.length - 5);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives a value in base64 as a whole, and what stands plainly as it stands', () => {
    const token = Buffer.from('{"sub":"1","email":"li.lei@qq.com"}').toString('base64url');
    const text = `a@qq.com eyJhbGciOiJIUzI1NiJ9.${token}.sig b%40qq.com`;
    expect(findEncodedPersonal(text)).toEqual([
      { kind: 'email', start: 0, end: 8, confidence: 'high' },
      { kind: 'email', start: 30, end: 30 + token.length, confidence: 'high', encoded: true },
      { kind: 'email', start: text.length - 10, end: text.length, confidence: 'high', encoded: true },
    ]);
  });

  it('is left alone where layers multiply', () => {
    const text = '%25\\u0026amp;'.repeat(20_000);
    expect(findEncodedPersonal(text)).toEqual([]);
  });
});

/** The sources of every expression of the folder, without what classes and escapes hide. */
const EXPRESSIONS = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .flatMap((name) => {
    const text = readFileSync(join(import.meta.dirname, name), 'utf8');
    return [
      ...text.matchAll(
        /[=(:?!&|] ?\n? *\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n[*])(?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\\n[])*)\/[a-z]*/g,
      ),
    ].map((match) => match[1]!);
  });

describe('the expressions', () => {
  it('take linear time: nothing repeats without a limit', () => {
    expect(EXPRESSIONS.length).toBeGreaterThan(25);
    const unlimited = EXPRESSIONS.map((source) =>
      source.replace(/\\[\s\S]/g, 'e').replace(/\[[^\]]*\]/g, 'c'),
    ).filter((source) => /[*+]|\{\d+,\}/.test(source));
    // Anchored runs of one class, on texts of a few letters.
    expect(unlimited).toEqual([]);
  });
});
