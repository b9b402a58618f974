import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import chromium from '@sparticuz/chromium';
import { encodeIdentity } from '@tacet/seal';
import { build } from 'esbuild';
import { type Browser, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Listener, listen } from '../apps/server/src/listen.ts';
import { type TestServer, testServer } from '../apps/server/src/testing/server.ts';
import { type Check, checkVectors, runsOn, type Vectors } from '../packages/seal/tests/vector-suite.ts';
import type { Page as Loaded } from './browser/page.ts';

/** The browser, or why there is none on this machine. */
async function start(): Promise<{ browser?: Browser; missing: string }> {
  try {
    const executablePath = await chromium.executablePath();
    return { browser: await playwright.launch({ executablePath, args: chromium.args }), missing: '' };
  } catch (error) {
    const [reason] = `${error}`.split('\n');
    return { missing: ` (skipped: Chromium does not start on this machine: ${reason})` };
  }
}

const vectors = Object.fromEntries(
  ['authority', 'segments', 'tokens', 'filters', 'clear', 'identity'].map((name) => [
    name,
    JSON.parse(readFileSync(new URL(`../packages/seal/vectors/${name}.json`, import.meta.url), 'utf8')),
  ]),
) as unknown as Vectors;

function expectAll(checks: Check[]): void {
  expect(checks.length).toBeGreaterThan(100);
  expect(checks.map(({ name, got }) => ({ name, got }))).toEqual(
    checks.map(({ name, wanted }) => ({ name, got: wanted })),
  );
}

it('the vectors hold on Node', async () => {
  expect(runsOn).toBe('node');
  expectAll(await checkVectors(vectors));
});

const { browser, missing } = await start();
afterAll(() => browser?.close());

describe.skipIf(!browser)(`in a real browser${missing}`, () => {
  let test: TestServer;
  let listener: Listener;
  let page: Page;
  const trouble: string[] = [];

  beforeAll(async () => {
    test = await testServer();
    listener = await listen(test.server.app, { host: '127.0.0.1', port: 0, behindProxy: false });
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('./browser/page.ts', import.meta.url))],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
    });
    page = await browser!.newPage();
    page.on('pageerror', (error) => trouble.push(`${error}`));
    // A page of the server's own origin: it serves none itself.
    const html = { body: '<!doctype html><title>Tacet</title>', contentType: 'text/html' };
    await page.route(`${listener.address}/`, (route) => route.fulfill(html));
    await page.goto(`${listener.address}/`);
    await page.addScriptTag({ content: outputFiles[0]!.text });
  });
  afterAll(async () => {
    await listener?.close();
    await test?.remove();
  });

  it('the same vectors hold, with the primitives of browsers', async () => {
    const run = (given: Vectors) =>
      (globalThis as unknown as { tacet: Loaded }).tacet
        .checkVectors(given)
        .then((checks) => ({ checks, on: (globalThis as unknown as { tacet: Loaded }).tacet.runsOn }));
    const { checks, on } = await page.evaluate(run, vectors);
    expect(on).toBe('browser');
    expectAll(checks);
    expect(trouble).toEqual([]);
  });

  it('a search opens what the server sealed, in both scripts, and nothing else', async () => {
    const lines = ['where is parcel 77', '包裹在哪里', 'something else'].map((body) =>
      JSON.stringify({ time: new Date().toISOString(), service: 'shop', body }),
    );
    expect((await test.ingest('/v1/events', lines.join('\n'))).status).toBe(200);
    const find = (query: string) =>
      page.evaluate((asked) => (globalThis as unknown as { tacet: Loaded }).tacet.find(asked), {
        token: test.tokens.reader,
        identity: [...encodeIdentity(test.identity)],
        query,
      });
    expect(await find('parcel')).toEqual({ bodies: ['where is parcel 77'], problems: 0 });
    expect(await find('包裹')).toEqual({ bodies: ['包裹在哪里'], problems: 0 });
    expect(await find('absent')).toEqual({ bodies: [], problems: 0 });
  });
});
