import { mkdirSync, writeFileSync } from 'node:fs';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from '../testing/command.ts';
import { blocksOf } from './blocks.ts';
import { scanChunks } from './file.ts';
import { contextOf } from './job.ts';
import { jsonPathAt } from './json-path.ts';
import type { FileFinding } from './report.ts';

/** Put together here, so that none stands in a file of the repository. */
const key = (letter: string) =>
  ['ghp', `${letter}4kJ8sQz2Lw9Xv7Bn3Mt6Rp1Yd5Fh0Gc`.padEnd(36, 'q7W')].join('_');
const context = contextOf({ explain: false });

async function scanned(chunks: Iterable<Buffer>): Promise<FileFinding[]> {
  const findings: FileFinding[] = [];
  async function* all() {
    yield* chunks;
  }
  await scanChunks('f', all(), context, (report) => findings.push(...report.findings));
  return findings;
}

function* pieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('places', () => {
  it('are those of the bytes, over blocks, in any script', async () => {
    const line = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constant('密码 und Größe'),
      fc.constant('\u0007 \u{1f511}'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        line,
        fc.integer({ min: 1, max: 300 }),
        async (before, prefix, size) => {
          const secret = key('a');
          const text = [
            ...before.map((one) => one.toWellFormed()),
            `${prefix.toWellFormed()} ${secret} end`,
          ].join('\n');
          const bytes = Buffer.from(text);
          const [found] = (await scanned(pieces(bytes, size))).slice(-1);
          expect(bytes.subarray(found!.start, found!.end).toString()).toBe(secret);
          const upTo = text.slice(0, text.lastIndexOf(secret)).split('\n');
          expect([found!.line, found!.column]).toEqual([upTo.length, upTo.at(-1)!.length + 1]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('hold over the seams of blocks, and in a line of many megabytes', async () => {
    const filler = Buffer.alloc(1 << 20, 'lorem ipsum dolor sit amet, ');
    const chunks = function* () {
      for (let at = 0; at < 14; at++) {
        yield filler;
        yield Buffer.from(` ${key(String.fromCharCode(97 + at))} `);
      }
    };
    const found = await scanned(chunks());
    expect(found.map(({ start }) => start)).toEqual(
      Array.from({ length: 14 }, (_, at) => (at + 1) * (1 << 20) + at * 42 + 1),
    );
    expect(new Set(found.map((one) => one.fingerprint)).size).toBe(14);
  });

  it('of UTF-16 are those of the file', async () => {
    const bytes = Buffer.from(`\ufeffé\n ${key('b')}`, 'utf16le');
    const [found] = await scanned([bytes]);
    expect([found!.line, found!.column, found!.start]).toEqual([2, 2, 8]);
    const swapped = Buffer.from(bytes).swap16();
    expect((await scanned(pieces(swapped, 7)))[0]).toMatchObject({ line: 2, column: 2, start: 8, end: 88 });
  });
});

it('memory is bounded: a block ends where its lines do not', async () => {
  let longest = 0;
  async function* all() {
    for (let at = 0; at < 24; at++) yield Buffer.alloc(1 << 20, 'x');
  }
  for await (const block of blocksOf(all())) longest = Math.max(longest, block.bytes.length);
  expect(longest).toBeLessThan(6 << 20);
});

it('JSON paths name the member or the key', () => {
  const text = '{"a":[{"x y":"\\"v"},{"b":{"token":"SECRET"}}],"KEY":1}';
  expect(jsonPathAt(text, text.indexOf('SECRET'))).toBe('a[1].b.token');
  expect(jsonPathAt(text, text.indexOf('v"}'))).toBe('a[0]["x y"]');
  expect(jsonPathAt(text, text.indexOf('KEY'))).toBe('KEY');
  expect(jsonPathAt('{"a": "cut', 8)).toBeUndefined();
});

describe('tacet scan', () => {
  let bench: Workbench;
  const files = () => bench.path('files');
  beforeAll(async () => {
    bench = await Workbench.create();
    mkdirSync(bench.path('files', 'deep'), { recursive: true });
    const line = `${JSON.stringify({ log: [{ authorization: `Bearer ${key('c')}` }] })}\n`;
    writeFileSync(bench.path('files', 'a.jsonl'), `{"fine":1}\n${line}`);
    writeFileSync(
      bench.path('files', 'deep', 'b.gz'),
      gzipSync(`postgres://u:${'Zt9pQ4wX'}@db.internal/x\n`),
    );
    writeFileSync(
      bench.path('files', 'deep', 'c.zst'),
      zstdCompressSync(Buffer.from('nothing here\napi_key=your-api-key\n')),
    );
  });
  afterAll(() => bench.remove());

  it('finds in folders, compressed or not, by threads or without, and shows no secret', async () => {
    for (const threads of ['1', '2']) {
      const { status, stdout, stderr } = await bench.tacet(['scan', files(), '--json', '--threads', threads]);
      expect([status, stderr]).toEqual([1, '']);
      const found = stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as FileFinding);
      expect(found.map(({ rule }) => rule).sort()).toEqual(['github-token', 'postgres-password']);
      const token = found.find(({ rule }) => rule === 'github-token')!;
      expect(token).toMatchObject({
        line: 2,
        path: 'log[0].authorization',
        severity: 'critical',
        by: 'form',
      });
      expect(token.fingerprint).toMatch(/^[0-9a-f]{32}$/);
      expect(stdout).not.toContain(key('c').slice(4, 20));
      expect(stdout).not.toContain('Zt9pQ4wX');
    }
  });

  it('leaves out what a baseline knows, and explains', async () => {
    const { stdout } = await bench.tacet(['scan', files(), '--json']);
    writeFileSync(bench.path('known.jsonl'), stdout);
    const again = await bench.tacet(['scan', files(), '--baseline', bench.path('known.jsonl'), '--explain']);
    expect(again.status).toBe(0);
    expect(again.stdout).toContain('left alone');
    expect(again.stderr).toContain('0 secrets, 2 known before in 3 files');
  });

  it('reads standard input and writes SARIF', async () => {
    const { status, stdout } = await bench.tacet(['scan', '-', '--sarif'], { stdin: `key ${key('d')}` });
    const log = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(log.version).toBe('2.1.0');
    expect(log.runs[0].results[0]).toMatchObject({ ruleId: 'github-token', level: 'error' });
    expect(log.runs[0].results[0].locations[0].physicalLocation.region).toMatchObject({
      startLine: 1,
      startColumn: 5,
    });
  });

  it('takes rules of the user, which leave files out, know some by their names, and say why', async () => {
    const own = bench.path('own.toml');
    writeFileSync(
      own,
      `[[rules]]
      id = "acme-token"
      description = "Opens ACME"
      regex = '''acme-[a-z0-9]{8}'''
      keywords = ["acme-"]
      allowlists = [{ stopwords = ["test"] }]
      [[rules]]
      id = "key-store"
      path = '''\\.p12$'''
      [allowlist]
      paths = ['''\\.md$''']`,
    );
    const places = { 'a.log': 'acme-4kj8sqz2 acme-test0000', 'b.md': 'acme-4kj8sqz2', 'c.p12': 'x' };
    mkdirSync(bench.path('own'));
    for (const [name, text] of Object.entries(places))
      writeFileSync(bench.path('own', name), `${text} ${key('e')}\n`);
    for (const threads of ['1', '2']) {
      const scan = ['scan', bench.path('own'), own, '--rules', own, '--json', '--threads', threads];
      const found = (await bench.tacet(scan)).stdout
        .trim()
        .split('\n')
        .map((text) => JSON.parse(text) as FileFinding);
      expect(found.map(({ rule, file, start }) => [rule, file.slice(-5), start]).sort()).toEqual([
        ['acme-token', 'a.log', 0],
        ['key-store', 'c.p12', 0],
      ]);
    }
    const told = await bench.tacet(['scan', bench.path('own'), '--rules', own, '--explain']);
    expect(told.stdout).toContain('; Opens ACME\n');
    expect(told.stderr).toContain('left alone: allowlist 1\n');
    const log = await bench.tacet(['scan', bench.path('own', 'a.log'), '--rules', own, '--sarif']);
    expect(JSON.parse(log.stdout).runs[0].tool.driver.rules).toEqual([
      { id: 'acme-token', shortDescription: { text: 'Opens ACME' } },
    ]);
    const wrong = await bench.tacet(['scan', bench.path('own'), '--rules', bench.path('own', 'a.log')]);
    expect(wrong).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/RULES_INVALID: .*a\.log is no TOML/),
    });
    // A rule that no keyword announces.
    writeFileSync(own, `[[rules]]\nid = "pin"\nregex = '''(?:left|right)-\\d{6}'''`);
    writeFileSync(bench.path('own', 'a.log'), `${'fill '.repeat(2_000_000)}\nright-123456\n`);
    const pin = await bench.tacet(['scan', bench.path('own', 'a.log'), '--rules', own, '--json']);
    expect(JSON.parse(pin.stdout)).toMatchObject({ rule: 'pin', line: 2, column: 1, start: 10_000_001 });
  });

  it('finds personal data when asked to, by the same places, and shows none', async () => {
    const lines = [
      'größe: ok',
      `{"ü":"ü","user":{"mail":"li.lei@qq.com"},"key":"${key('e')}"}`,
      'card 4111 1111 1111 1111, host 10.1.2.3',
      `postgres://u:${'Zt9pQ4wX'}@db.acme.io/x`,
      `GET /search?q=wang.wu%40qq.com&state=${btoa('{"login":"zhao.liu@qq.com"}')}`,
    ];
    const stdin = lines.join('\n');
    const found = await bench.tacet(['scan', '-', '--personal', '--json'], { stdin });
    expect(found.status).toBe(1);
    const findings = found.stdout
      .trim()
      .split('\n')
      .map((line): FileFinding => JSON.parse(line));
    expect(findings).toMatchObject([
      { rule: 'email', line: 2, column: 26, path: 'user.mail', severity: 'medium', confidence: 'high' },
      { rule: 'github-token', line: 2, path: 'key' },
      { rule: 'payment-card', line: 3, column: 6, confidence: 'high' },
      { rule: 'postgres-password', line: 4 },
      { rule: 'email', line: 5, column: 15, by: 'encoding' },
      { rule: 'email', line: 5, column: 38, by: 'encoding' },
    ]);
    const of = ({ start, end }: FileFinding) => Buffer.from(stdin).subarray(start, end).toString();
    expect([of(findings[0]!), of(findings[2]!)]).toEqual(['li.lei@qq.com', '4111 1111 1111 1111']);
    expect(of(findings[4]!)).toBe('wang.wu%40qq.com');
    expect(found.stdout).not.toMatch(/li\.lei|4111|wang\.wu|bG9naW4/);
    expect(findings[1]!.excerpt).toContain('"mail":"[email]"');
    const log = await bench.tacet(['scan', '-', '--personal', '--sarif'], { stdin });
    expect(JSON.parse(log.stdout).runs[0].results[0].message.text).toMatch(/^personal data of kind email/);
    const text = await bench.tacet(['scan', '-', '--personal'], { stdin: 'call +49 30 901820' });
    expect([text.status, text.stderr]).toEqual([1, '1 finding in 1 file, 18 B\n']);
    expect(text.stdout).toContain('by its form, confidence high');
    expect((await bench.tacet(['scan', '-'], { stdin: 'call +49 30 901820' })).status).toBe(0);
  });

  it('says what it could not read', async () => {
    writeFileSync(bench.path('broken.gz'), gzipSync('x'.repeat(5000)).subarray(0, 20));
    const broken = await bench.tacet(['scan', bench.path('broken.gz')]);
    expect(broken.status).toBe(2);
    expect(broken.stderr).toContain('DECOMPRESSION_FAILED');
    expect((await bench.tacet(['scan', bench.path('missing')])).status).toBe(2);
    expect((await bench.tacet(['scan', files(), '--threads', 'many'])).status).toBe(2);
  });
});
