import fc from 'fast-check';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { createDetector } from '../detector.ts';
import { fill, seeded } from '../template.ts';
import { loadRules, readRules } from './load.ts';

const KEY = new Uint8Array(32);
const detectorOf = (text: string, ...extended: string[]) => {
  const loaded = loadRules(
    [text, ...extended].map((one, index) => ({ name: `rules-${index}.toml`, text: one })),
  );
  return { ...createDetector({ fingerprintKey: KEY, ...loaded }), loaded };
};
const found = (rules: string, text: string, path?: string) =>
  detectorOf(rules)
    .explain(text, path)
    .findings.map(({ start, end }) => text.slice(start, end));
const rule = (body: string, id = 'acme-token') => `[[rules]]\nid = "${id}"\n${body}\n`;
const random = seeded(1);
const made = () => fill('<low:24>', random);

describe('a rule of gitleaks', () => {
  it('takes the whole match, the group that is named, or the first that is not empty', () => {
    const text = 'acme_token: "left" / right77';
    const tail = '"left" / right77';
    const regex = `regex = '''acme_token: "([a-z]*)" / (\\w+)'''\nkeywords = ["ACME"]`;
    expect(found(rule(regex), text)).toEqual(['left']);
    expect(found(rule(`${regex}\nsecretGroup = 2`), text)).toEqual(['right77']);
    expect(found(rule(regex), text.replace('left', ''))).toEqual(['right77']);
    expect(found(rule(`regex = '''"left" / \\w+'''\nkeywords = ["acme"]`), text)).toEqual([tail]);
  });

  it('is tried only where one of its keywords stands, in whatever case, anywhere in the text', () => {
    const rules = rule(`regex = '''\\b[0-9]{8}\\b'''\nkeywords = ["Badge", "pass"]`);
    expect(found(rules, '12345678')).toEqual([]);
    expect(found(rules, '12345678 is the BADGE, not 123456789')).toEqual(['12345678']);
    // A letter alone cannot be looked for; it counts all the same.
    const short = rule(`regex = '''\\b[0-9]{8}\\b'''\nkeywords = ["#"]`);
    expect([found(short, '12345678'), found(short, '# 12345678')]).toEqual([[], ['12345678']]);
    expect(found(rule(`regex = '''x"y[0-9]{4}'''\nkeywords = ['x"y']`), 'say x"y1234')).toEqual(['x"y1234']);
  });

  it('needs no keywords: they are taken from its pattern, or it is tried everywhere', () => {
    const literal = detectorOf(rule(`regex = '''zz_acme_[a-z]{12}'''`));
    expect(literal.everywhere).toBe(false);
    expect(literal.mayHold('{"a":"nothing"}')).toBe(false);
    const anywhere = detectorOf(rule(`regex = '''(?:left|right)-[0-9]{6}'''`));
    expect(anywhere.everywhere).toBe(true);
    for (const [detector, secret] of [
      [literal, 'zz_acme_abcdefabcdef'],
      [anywhere, 'right-123456'],
    ] as const) {
      const row = { time: 1, body: JSON.stringify({ deep: [secret] }) };
      expect(detector.mayHold(JSON.stringify(row))).toBe(true);
      expect(JSON.stringify(detector.scrub(row as never).event)).toBe(
        `{"time":1,"body":"{\\"deep\\":[\\"[secret:acme-token]\\"]}","secrets":{"acme-token":1}}`,
      );
    }
  });

  it('drops what is too regular: entropy at the threshold or below', () => {
    const rules = (entropy: number) =>
      rule(`regex = '''key=(\\w{8})'''\nentropy = ${entropy}\nkeywords = ["key"]`);
    expect(found(rules(1), 'key=abababab')).toEqual([]);
    expect(found(rules(0.99), 'key=abababab')).toEqual(['abababab']);
    const { suppressed } = detectorOf(rules(1)).explain('key=abababab');
    expect(suppressed).toEqual([{ kind: 'acme-token', reason: 'entropy', start: 4, end: 12 }]);
  });

  it('speaks the dialect of Go', () => {
    const cases: [string, string, string][] = [
      ['(?P<name>ac)me[[:digit:]]{3}\\z', 'acme123', 'ac'],
      ['acme-(?i)x[a-z]{3}', 'acme-XABC', 'acme-XABC'],
      ['\\Qacme+\\E\\d{2}', 'acme+12', 'acme+12'],
      ['(?s)acme.end', 'acme\nend', 'acme\nend'],
      ['acme\\x2d\\pL{3}', 'acme-äöü', 'acme-äöü'],
    ];
    for (const [regex, text, secret] of cases)
      expect(found(rule(`regex = '''${regex}'''\nkeywords = ["acme"]`), text), regex).toEqual([secret]);
  });

  it('yields to a more specific one when it is generic', () => {
    const generic = rule(`regex = '''(?i)key = "?([\\w-]{10,80})'''\nkeywords = ["key"]`, 'generic-api-key');
    const text = `key = "acme-${made()}"`;
    const kinds = (rules: string) =>
      detectorOf(rules)
        .scan(text)
        .map(({ kind }) => kind);
    expect(kinds(generic)).toEqual(['generic-api-key']);
    expect(kinds(generic + rule(`regex = '''acme-[a-z0-9]{24}'''\nkeywords = ["acme"]`))).toEqual([
      'acme-token',
    ]);
  });

  it('may ask for a path, or for a path alone', () => {
    const rules = `${rule(`regex = '''acme_\\w{6}'''\npath = '''\\.env$'''\nkeywords = ["acme_"]`)}
      ${rule(`path = '''(?i)\\.p12$'''`, 'key-store')}`;
    expect(found(rules, 'acme_abc123', 'a/.env')).toEqual(['acme_abc123']);
    expect(found(rules, 'acme_abc123', 'a/env')).toEqual([]);
    expect(found(rules, 'acme_abc123')).toEqual([]);
    expect(detectorOf(rules).loaded.ofPath('certs/A.P12')).toEqual(['key-store']);
    expect(() => loadRules([{ name: 'r', text: rules }], { events: true })).toThrow(
      /acme-token: path is not supp/,
    );
  });

  it('may require another beside it, within so many lines', () => {
    const rules = `${rule(`regex = '''secret=(\\w{8})'''\nkeywords = ["secret"]
        [[rules.required]]\nid = "acme-id"\nwithinLines = 1`)}
      ${rule(`regex = '''id=\\d{4}'''\nkeywords = ["id="]\nskipReport = true`, 'acme-id')}`;
    expect(found(rules, 'id=1234\nsecret=abcd1234')).toEqual(['abcd1234']);
    expect(found(rules, 'id=1234\n\n\nsecret=abcd1234')).toEqual([]);
    expect(detectorOf(rules).explain('secret=abcd1234').suppressed[0]).toMatchObject({ reason: 'required' });
  });
});

describe('allowlists', () => {
  const base = `regex = '''key=(\\w+);'''\nkeywords = ["key"]\n`;
  const text = 'use key=abc123; here';
  it.each([
    [`regexes = ['''^abc''']`, []],
    [`regexes = ['''^key''']`, ['abc123']],
    [`regexTarget = "match"\nregexes = ['''^key=.*;$''']`, []],
    [`regexTarget = "line"\nregexes = ['''^use .* here$''']`, []],
    [`stopwords = ["BC12"]`, []],
    [`paths = ['''\\.md$''']`, []],
    [`paths = ['''\\.txt$''']`, ['abc123']],
    [`condition = "AND"\npaths = ['''\\.md$''']\nregexes = ['''^abc''']`, []],
    [`condition = "AND"\npaths = ['''\\.md$''']\nregexes = ['''^xyz''']`, ['abc123']],
    [`condition = "&&"\ncommits = ["c0ffee"]\nregexes = ['''^abc''']`, ['abc123']],
    [`commits = ["c0ffee"]`, ['abc123']],
  ])('of a rule or of the file: %s', (list, secrets) => {
    expect(found(rule(`${base}[[rules.allowlists]]\n${list}`), text, 'a.md')).toEqual(secrets);
    expect(found(rule(`${base}[rules.allowlist]\n${list}`), text, 'a.md')).toEqual(secrets);
    expect(found(`${rule(base)}[[allowlists]]\n${list}`, text, 'a.md')).toEqual(secrets);
    expect(found(`[allowlist]\n${list}\n${rule(base)}`, text, 'a.md')).toEqual(secrets);
  });

  it('for some rules only, and of many stopwords', () => {
    const words = Array.from({ length: 400 }, (_, n) => `"word${n}"`).join(', ');
    const rules = `${rule(base)}${rule(base, 'other')}[[allowlists]]\ntargetRules = ["other"]\nstopwords = [${words}, "c123"]`;
    expect(detectorOf(rules).explain(text)).toMatchObject({
      findings: [{ kind: 'acme-token' }],
      suppressed: [{ kind: 'other', reason: 'allowlist' }],
    });
  });
});

describe('files that extend', () => {
  const token = fill('ghp_<b62:30><crc6>', seeded(3));
  const base = `${rule(`regex = '''acme_\\w{6}'''\nkeywords = ["acme_"]`)}${rule(`regex = '''beta_\\w{6}'''\nkeywords = ["beta_"]`, 'beta')}`;

  it('another file: rules of one name are put together, others can be disabled', async () => {
    const own = `[extend]\npath = "base.toml"\ndisabledRules = ["beta"]
      ${rule(`keywords = ["also"]\n[[rules.allowlists]]\nstopwords = ["test"]`)}`;
    const files = await readRules('own.toml', async (name) => (name === 'own.toml' ? own : base));
    expect(files.map(({ name }) => name)).toEqual(['own.toml', 'base.toml']);
    const detector = createDetector({ fingerprintKey: KEY, ...loadRules(files) });
    expect(detector.scan('acme_abcdef acme_test77 beta_abcdef').map(({ start }) => start)).toEqual([0]);
    const loop = readRules('own.toml', async () => own);
    await expect(loop).rejects.toMatchObject({ code: 'RULES_INVALID' });
  });

  it('the built-in rules: they stay, obey the lists, and can be disabled one by one', () => {
    const kinds = (text: string) =>
      detectorOf(text)
        .scan(`acme_abcdef ${token} password="Zt9pQ4wXr"`)
        .map(({ kind }) => kind);
    expect(kinds(base)).toEqual(['acme-token']);
    expect(kinds(`[extend]\nuseDefault = true\n${base}`)).toEqual(['acme-token', 'github-token', 'password']);
    expect(kinds(`[extend]\nuseDefault = true\ndisabledRules = ["password"]\n${base}`)).toEqual([
      'acme-token',
      'github-token',
    ]);
    expect(kinds(`[extend]\nuseDefault = true\n[allowlist]\nregexes = ["^ghp_"]\n${base}`)).toEqual([
      'acme-token',
      'password',
    ]);
    expect(
      kinds(`[extend]\nuseDefault = true\n${rule('[[rules.allowlists]]\nstopwords=["zt9p"]', 'password')}`),
    ).toEqual(['github-token']);
    expect(
      kinds(
        `[extend]\nuseDefault = true\n${rule("regex = '''acme_\\w+'''\nkeywords = [\"acme\"]", 'github-token')}`,
      ),
    ).toEqual(['github-token', 'password']);
  });
});

describe('filters of betterleaks', () => {
  it.each([
    ['entropy(finding["secret"]) <= 1.0', true],
    ['filter.entropy(finding["secret"]) < 1', false],
    ['matchesAny(finding["match"], [`^key=a`, "zzz"]) && !containsAny(finding["secret"], ["xyz"])', true],
    ['// no\nmatchesAny(attributes["path"] ?? "", [`\\.md$`])', true],
    [
      'containsAny(get(attributes, "path", "none"), ["none"]) || get(attributes, "git.sha", "") == "1"',
      false,
    ],
    ['not (finding["line"] == "key=abababab") or len(finding.secret) > 7', true],
    ["finding['secret'] != 'abababab'", false],
    // The text is `key=abababab`, all of it the match.
    ['let n = len(finding["secret"]); let m = n - 2; m + 1 == 7', true],
    ['let unused = 1; "a" + "b" + finding["match"][4:6] == "ababab"', false],
    ['"a" + "b" + finding["match"][4:6] == "abab"', true],
    ['finding["fragment_raw"][max(finding["match_start_idx"] - 9, 0):3] == "key"', true],
    ['(finding["fragment_raw"])[:min(finding["match_line_end_idx"], 2)] == "ke"', true],
    ['finding["line"][finding["match_line_start_idx"]:] == finding["match"]', true],
    ['filter.findMatch(finding["match"], `[a-c]+$`) == "abababab" && findMatch("", `x`) == ""', true],
    ['failsTokenEfficiency(finding["secret"])', true],
    ['failsTokenEfficiency("some_password_reset_form") && !failsTokenEfficiency("9f8e7d6cAb4a39xQ")', true],
  ])('%s', (filter, dropped) => {
    const secrets = dropped ? [] : ['abababab'];
    const own = `regex = '''key=(\\w+)'''\nkeywords = ["key"]\n`;
    expect(found(rule(`${own}filter = '''${filter}'''`), 'key=abababab', 'a.md')).toEqual(secrets);
    expect(found(`filter = '''${filter}'''\n${rule(own)}`, 'key=abababab', 'a.md')).toEqual(secrets);
  });

  it('leave out files before they are read', () => {
    const { loaded } = detectorOf(`prefilter = '''matchesAny(get(attributes, "path", ""), [\`\\.png$\`])'''`);
    expect([loaded.skips('a.png'), loaded.skips('a.txt')]).toEqual([true, false]);
  });
});

it.each([
  ['x = [', /rules-0\.toml is no TOML, see line 1/],
  [rule('regex = "a"\ncolour = "red"'), /rule acme-token: colour is not supported/],
  ['[[rules]]\nregex = "a"', /rule number 1: id/],
  [rule('regex = "a"\ntokenEfficiency = true'), /tokenEfficiency is not supported/],
  [
    rule("regex = '''[a-z]{0,1000}[0-9]{0,1000}!'''"),
    /without keywords: this regular expression is too large/,
  ],
  [
    rule("regex = '''abc[a-z]{0,1000}[0-9]{0,1000}[a-z]{0,1000}!'''\nkeywords = ['abc']"),
    /regular expression is too large/,
  ],
  [rule("regex = '''a(?=b)'''"), /rule acme-token: regex: this regular expression is not supported/],
  [rule("regex = '''(a)\\1'''"), /this regular expression is not supported/],
  [rule("regex = '''(?:[a-z]{1000}){1000}'''"), /this regular expression is/],
  [rule('regex = "a"\nsecretGroup = 1'), /secretGroup 1 is none of the regex/],
  [rule('description = "a"'), /rule acme-token has neither regex nor path/],
  [rule('regex = "a"') + rule('regex = "b"'), /two rules acme-token/],
  [rule('regex = "a"\n[[rules.required]]\nid = "b"'), /there is no rule b/],
  [
    rule('regex = "a"\n[[rules.allowlists]]\ndescription = "b"'),
    /names no commits, paths, regexes or stopwords/,
  ],
  [rule('regex = "a"\n[[rules.allowlists]]\nregexTarget = "file"\nregexes = ["a"]'), /regexTarget/],
  ['[allowlist]\npaths = ["a"]\n[[allowlists]]\npaths = ["b"]', /only one may stand/],
  ['[extend]\nuseDefault = true\npath = "b"', /only one may stand/],
  ['[extend]\nurl = "https://a"', /url is not supported/],
  [
    '[extend]\nuseDefault = true\ndisabledRules = ["generic-api-key"]',
    /disabledRules: there is no rule generic-api-key/,
  ],
  ['[[allowlists]]\ntargetRules = ["b"]\npaths = ["a"]', /there is no rule b/],
  [
    rule('regex = "a"\nfilter = "let len = 1; len > 2"'),
    /rule acme-token: let len is not supported in a filter/,
  ],
  [rule('regex = "a"\nfilter = "let x = 1 x > 2"'), /rule acme-token: x is not supported in a filter/],
  [rule('regex = "a"\nfilter = "1 ? true : false"'), /\? is not supported in a filter/],
  [rule('regex = "a"\nfilter = \'finding["entropy"] == ""\''), /finding\["entropy"\] is not supported/],
])('is refused by name: %s', (text, message) => {
  expect(() => detectorOf(text)).toThrow(
    expect.objectContaining({ code: 'RULES_INVALID', message: expect.stringMatching(message) }),
  );
});

it('finds what a search of the whole text finds, wherever keywords stand', () => {
  const patterns: [string, string][] = [
    ['(?i)[\\w.-]{0,50}?(?:token|api)[\\s=]{1,3}([a-z0-9]{4,8}|[a-z]{9,}=)(?:[\\s;]|$)', '"token", "api"'],
    ['\\bapi-[a-z0-9]+\\b', '"api-"'],
    ['[a-z]{0,9}token;*', '"token"'],
    ['^[a-z ]+$', '"api"'],
    ['(?:=|^)([a-z]{2})(?:;|$)', '"token"'],
  ];
  const piece = fc.constantFrom(
    'token',
    'TOKEN',
    'api-',
    'api',
    '=',
    ' ',
    ';',
    '\n',
    'abc123',
    'x',
    'abcdefghijk=',
    '-',
    '.',
  );
  const text = fc
    .array(fc.oneof({ weight: 20, arbitrary: piece }, fc.constantFrom('y'.repeat(1500), ' '.repeat(400))), {
      maxLength: 40,
    })
    .map((parts) => parts.join(''));
  for (const [regex, keywords] of patterns) {
    const detector = detectorOf(rule(`regex = '''${regex}'''\nkeywords = [${keywords}]`));
    const whole = RE2JS.compile(regex);
    fc.assert(
      fc.property(text, (carrier) => {
        const expected: string[] = [];
        const matcher = whole.matcher(carrier);
        const tried = JSON.parse(`[${keywords}]`).some((word: string) =>
          carrier.toLowerCase().includes(word),
        );
        while (tried && matcher.find()) {
          const group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
          const secret = carrier.slice(matcher.start(group), matcher.end(group));
          const kept = group === 1 ? secret : secret.replace(/^\n+|\n+$/g, '');
          if (/[\p{L}\p{N}]/u.test(kept)) expected.push(kept);
        }
        const secrets = detector.scan(carrier).map(({ start, end }) => carrier.slice(start, end));
        expect(secrets).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  }
});

it('takes time in proportion to the text, whatever the pattern', () => {
  const sources = [
    '(a+)+$',
    '(?:a|a)*b',
    '(?:a*)*c',
    '(?:.*a){12}',
    'key(?:a?){50}a{50}',
    'key[a-z]+;',
    '(?:keya*)+;',
  ];
  const hostile = ['a'.repeat(100_000), 'key'.repeat(40_000), `${'keya'.repeat(20_000)};`];
  for (const source of sources) {
    const detector = detectorOf(rule(`regex = '''${source}'''\nkeywords = ["key", "a"]`));
    for (const text of hostile) expect(detector.scan(text).length).toBeLessThan(100_000);
  }
});

it('finds a value by the key under which it stands, in events', () => {
  const rules = rule(
    `regex = '''(?i)acme[\\w-]{0,20}["']?\\s*[:=]\\s*["']?([a-z0-9]{24})\\b'''\nkeywords = ["acme"]`,
  );
  const detector = detectorOf(rules);
  const secret = made();
  const event = { time: 1, attributes: { 'acme-key': secret, other: secret } };
  expect(detector.mayHold(JSON.stringify(event))).toBe(true);
  const scrubbed = detector.scrub(event as never).event as unknown as { attributes: object };
  expect(scrubbed.attributes).toEqual({
    'acme-key': expect.stringMatching(/^\[secret:acme-token:/),
    other: secret,
  });
  expect(detector.scrub(scrubbed as never).found).toBe(0);
});
