import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Event } from '@tacet/records';
import { canariesOf } from '@tacet/sample';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from '../apps/cli/src/testing/command.ts';
import { Wire } from '../apps/cli/src/testing/wire.ts';
import { Matcher } from '../packages/assess/src/thief/matcher.ts';
import { Scanner } from '../packages/assess/src/thief/scan.ts';
import { TacetSpanExporter, TacetWriter, type TacetWriterOptions } from '../packages/sdk/src/index.ts';
import { openAiStandIn } from './sdk/openai-stand-in.ts';

// The packed package in an empty folder, in apps as people write them, against a real server that is listened to.

const run = promisify(execFile);
const root = join(import.meta.dirname, '..');
const QUESTION = 'how do I reset the cobalt turnstile of customer Wilhelmina Oyelaran';
const ANSWER = 'hold the left lever for eleven seconds, then whistle';
const KEY = `sk-proj-${'aB3xYz90'.repeat(6)}`;
const canaries = canariesOf('sdk', 4);

let bench: Workbench;
let directory: string;
let state: string;
let tokenFile: string;
/** Where the package is installed. */
let home: string;
const wire = new Wire();
let to: string;
let port: number;

const versions = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies;
const NAMES = ['api', 'api-logs', 'instrumentation-openai', 'resources', 'sdk-logs', 'sdk-trace-base'];
const INSTALLED = [...NAMES.map((name) => `@opentelemetry/${name}`), 'openai'];
/** Of a hundred packages, none of which is what is tested: it comes from the workspace. */
const LINKED = '@opentelemetry/sdk-node';

/** Builds, packs and installs the package as a stranger does. */
async function install(): Promise<void> {
  const dist = bench.path('dist');
  home = bench.path('app');
  mkdirSync(home);
  await run(process.execPath, [join(root, 'scripts/build-sdk.ts'), dist], { cwd: root });
  await run('npm', ['pack', '--pack-destination', home], { cwd: dist });
  const tarball = readdirSync(home).find((name) => name.endsWith('.tgz'))!;
  writeFileSync(join(home, 'package.json'), '{"name":"shop","private":true}\n');
  const others = INSTALLED.map((name) => `${name}@${versions[name]}`);
  const quietly = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  await run('npm', ['install', ...quietly, `./${tarball}`, ...others], { cwd: home });
  symlinkSync(join(root, 'node_modules', LINKED), join(home, 'node_modules', LINKED));
}

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  state = bench.path('writer');
  const installed = install();
  const init = await bench.tacet(['init', '--dir', directory, '--json']);
  tokenFile = JSON.parse(init.stdout).ingestTokenFile;
  const folder = ['--state', state, '--token-file', tokenFile, '--name', 'shop'];
  const enrolled = await bench.tacet(['gateway', 'enroll', ...folder, '--json']);
  const publicKey = Buffer.from(JSON.parse(enrolled.stdout).publicKey, 'base64');
  const fingerprint = createHash('sha256').update(publicKey).digest('hex').slice(0, 40);
  const certify = ['gateway', 'certify', enrolled.stdout, '--dir', directory, '--fingerprint', fingerprint];
  const certified = await bench.tacet(certify);
  expect(certified.status, certified.stderr).toBe(0);
  const server = await bench.serve(directory);
  port = Number(new URL(server.address).port);
  wire.target = port;
  to = await wire.listen();
  await installed;
}, 240_000);
afterAll(async () => {
  wire.close();
  await bench.remove();
});

/** Runs an app in the folder where the package is installed. */
async function app(source: string, name: string, env: Record<string, string>): Promise<void> {
  writeFileSync(join(home, name), source);
  const { stdout, stderr } = await run(process.execPath, [name], {
    cwd: home,
    env: { PATH: process.env.PATH, TACET_URL: to, TACET_STATE: state, ...env },
  });
  expect([stdout, stderr]).toEqual(['', '']);
}

async function found(query: string): Promise<Event[]> {
  const argv = [
    'search',
    query,
    '--dir',
    directory,
    '--purpose',
    'end-to-end test',
    '--limit',
    '5000',
    '--json',
  ];
  const { stdout, status, stderr } = await bench.tacet(argv);
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** What of the planted texts stands in these bytes, in whatever form. */
async function findings(bytes: Uint8Array): Promise<string[]> {
  const matcher = new Matcher([QUESTION, ANSWER, KEY, ...canaries.map(({ text }) => text)]);
  const scanner = new Scanner({ matcher }, 'here');
  await scanner.write(bytes);
  await scanner.end();
  return matcher.found.map((finding) => `${finding.form} ${finding.canary}`);
}

describe('apps with the exporters of the installed package', () => {
  it('are found by readers, without their secrets: an instrumented OpenAI client in CommonJS', async () => {
    const { url, server } = await openAiStandIn(ANSWER);
    await app(readFileSync(join(root, 'tests/sdk/shop.cjs'), 'utf8'), 'shop.cjs', {
      OPENAI_BASE_URL: url,
      OPENAI_API_KEY: KEY,
      PROMPT: `${QUESTION} ${KEY}`,
    });
    server.close();
    const [span] = await found('kind:span service:shop operation:"chat gpt-stand-in"');
    expect(span).toMatchObject({ model: 'gpt-stand-in', input_tokens: 5, output_tokens: 4 });
    const [asked] = await found('"cobalt turnstile"');
    expect(asked).toMatchObject({ kind: 'log', trace_id: span!.trace_id, secrets: { 'openai-api-key': 1 } });
    expect(JSON.stringify(asked)).not.toContain(KEY);
    expect(await found(`"${ANSWER}"`)).toHaveLength(1);
  }, 60_000);

  it('are found likewise: the example of the README, in ESM, with every kind of text', async () => {
    const readme = readFileSync(join(home, 'node_modules/@tacet/sdk/README.md'), 'utf8');
    const example = /```js\n([^`]*)```/.exec(readme)![1]!;
    writeFileSync(join(home, 'texts.json'), JSON.stringify(canaries.map(({ shown }) => shown)));
    copyFileSync(join(root, 'tests/sdk/emit.mjs'), join(home, 'emit.mjs'));
    const here = example
      .replace("'https://logs.example.com'", 'process.env.TACET_URL')
      .replace("'/var/lib/shop-tacet'", 'process.env.TACET_STATE')
      .replace("'shop'", "'readme'");
    await app(`${here}\nawait import('./emit.mjs');\nawait sdk.shutdown();\n`, 'readme.mjs', {
      TEXTS: 'texts.json',
    });
    const events = await found('service:readme');
    for (const kind of ['span', 'log'])
      expect(events.filter((event) => event.kind === kind)).toHaveLength(canaries.length);
    const rows = events.map((event) => JSON.stringify(event)).join('\n');
    for (const { kind, text } of canaries) expect(rows.includes(text), text).toBe(kind !== 'secret');
    expect(canaries.filter(({ kind }) => kind === 'secret').length).toBeGreaterThan(20);
  }, 60_000);

  it('send the server no text, in any form', async () => {
    const bytes = Buffer.concat(wire.received);
    expect(bytes.length).toBeGreaterThan(20_000);
    expect(await findings(bytes)).toEqual([]);
    // The scanner is no blind one.
    const plain = canaries.map(({ shown }) => Buffer.from(shown).toString('base64')).join('\n');
    expect((await findings(Buffer.from(plain))).length).toBeGreaterThan(20);
  });
});

interface Result {
  code: number;
  error?: Error;
}

/** Real spans of the SDK. */
function spans(...names: string[]): ReadableSpan[] {
  const memory = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(memory)] });
  for (const name of names) provider.getTracer('test').startSpan(name).end();
  return memory.getFinishedSpans();
}

function exported(exporter: TacetSpanExporter, ...names: string[]): Promise<Result> {
  return new Promise((resolve) => exporter.export(spans(...names), resolve));
}

describe('an exporter', () => {
  const warned: string[] = [];
  const writer = (options: Partial<TacetWriterOptions> = {}) =>
    new TacetWriter({ to, state, warn: (text) => warned.push(text), ...options });

  it('fails with the code when its writer is not certified, and stores nothing', async () => {
    const other = bench.path('uncertified');
    await bench.tacet(['gateway', 'enroll', '--state', other, '--token-file', tokenFile]);
    const exporter = new TacetSpanExporter(writer({ state: other }));
    expect(await exported(exporter, 'lost')).toMatchObject({ code: 1, error: { code: 'WRITER_INVALID' } });
    expect(warned.join()).toContain('WRITER_INVALID');
    await exporter.shutdown();
    const none = new TacetSpanExporter(writer({ state: bench.path('nowhere') }));
    expect(await exported(none, 'lost')).toMatchObject({ code: 1, error: { code: 'DIRECTORY_MISSING' } });
    expect(await found('operation:lost')).toEqual([]);
  });

  it('keeps what it got while the server is away, within bounds, and stores each once', async () => {
    wire.cut();
    const shared = writer({ maxQueueBytes: 2_000 });
    const [exporter, other] = [new TacetSpanExporter(shared), new TacetSpanExporter(shared)];
    const results = [exported(exporter, 'kept-1'), exported(other, 'kept-2')];
    const tooMuch = Array.from({ length: 9 }, (_, at) => `kept-not-${at}`);
    expect(await exported(exporter, ...tooMuch)).toMatchObject({ code: 1, error: { code: 'BUSY' } });
    let flushed = false;
    const flushing = exporter.forceFlush().then(() => {
      flushed = true;
    });
    const down = other.shutdown();
    expect(await exported(other, 'late')).toMatchObject({ code: 1, error: { code: 'EXPORTER_SHUT_DOWN' } });
    expect(flushed).toBe(false);
    wire.target = port;
    await Promise.all([flushing, down]);
    expect(await Promise.all(results)).toEqual([{ code: 0 }, { code: 0 }]);
    // Batches of a processor, flushed and shut down at once: nothing is lost between.
    const processor = new BatchSpanProcessor(new TacetSpanExporter(writer()), { maxExportBatchSize: 3 });
    const provider = new BasicTracerProvider({ spanProcessors: [processor] });
    const emit = (at: number) => provider.getTracer('test').startSpan(`kept-at-${at}`).end();
    for (let at = 0; at < 10; at++) emit(at);
    const flush = provider.forceFlush();
    for (let at = 10; at < 14; at++) emit(at);
    await Promise.all([flush, provider.shutdown()]);
    // Handed over and shut down at once, likewise.
    const last = exported(exporter, 'kept-3');
    await exporter.shutdown();
    expect(await last).toEqual({ code: 0 });
    expect(await exported(exporter, 'late')).toMatchObject({ error: { code: 'EXPORTER_SHUT_DOWN' } });
    const operations = (await found('kind:span')).map(({ operation }) => operation!);
    const kept = ['kept-1', 'kept-2', 'kept-3', ...Array.from({ length: 14 }, (_, at) => `kept-at-${at}`)];
    expect(operations.filter((name) => /^(kept|late)/.test(name)).sort()).toEqual(kept.sort());
  }, 60_000);

  it('gives up in time on a server that never answers, and shuts down', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port: at } = silent.address() as { port: number };
    const exporter = new TacetSpanExporter(writer({ to: `http://127.0.0.1:${at}`, timeoutMillis: 300 }));
    expect(await exported(exporter, 'silence')).toMatchObject({
      code: 1,
      error: { code: 'STORE_UNAVAILABLE' },
    });
    await exporter.shutdown();
    expect(warned.join()).toContain('the end of the session could not be signed');
    silent.close();
  });
});

describe('the package', () => {
  it('has code, kernels, types, licence, and only the dependencies that it needs', () => {
    const folder = join(home, 'node_modules/@tacet/sdk');
    const files = readdirSync(folder).sort();
    for (const name of ['LICENSE', 'README.md', 'index.d.ts', 'index.js', 'package.json'])
      expect(files).toContain(name);
    expect(files.filter((name) => name.endsWith('.wasm'))).toEqual([
      'kernel.wasm',
      'lines.wasm',
      'otlp.wasm',
    ]);
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: '@tacet/sdk', license: 'Apache-2.0', type: 'module' });
    expect(Object.keys(manifest.dependencies).sort()).toEqual([
      '@hpke/core',
      '@hpke/hybridkem-x-wing',
      '@noble/hashes',
      '@opentelemetry/otlp-transformer',
      'libphonenumber-js',
      're2js',
      'smol-toml',
      'zod',
    ]);
  });

  it('has types that fit the SDK’s, for ESM and CommonJS', async () => {
    const source = [
      "import type { LogRecordExporter } from '@opentelemetry/sdk-logs';",
      "import type { SpanExporter } from '@opentelemetry/sdk-trace-base';",
      "import { TacetLogExporter, TacetSpanExporter, TacetWriter } from '@tacet/sdk';",
      "const writer = new TacetWriter({ to: 'https://logs.example.com', state: './state' });",
      'export const logs: LogRecordExporter = new TacetLogExporter(writer);',
      'export const spans: SpanExporter = new TacetSpanExporter(writer);',
      '// @ts-expect-error: were the types missing, anything would do',
      'new TacetWriter({ to: 1 });',
    ].join('\n');
    for (const name of ['types.mts', 'types.cts']) writeFileSync(join(home, name), source);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const flags = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'nodenext', '--target', 'esnext'];
    await run(process.execPath, [tsc, ...flags, '--types', '', 'types.mts', 'types.cts'], { cwd: home });
  }, 60_000);
});
