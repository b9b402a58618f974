import { fileURLToPath } from 'node:url';
import { clearColumns, clearFacts } from '@tacet/records';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** The bundle's text, and what our own files in it still import from outside. */
async function bundle(target: 'browser' | 'node'): Promise<{ code: string; outside: string[] }> {
  const result = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: target,
    logLevel: 'silent',
  });
  expect(result.warnings).toEqual([]);
  const own = Object.entries(result.metafile.inputs).filter(([path]) => path.includes('packages/'));
  const outside = own.flatMap(([, input]) =>
    input.imports.filter((one) => one.external).map((one) => one.path),
  );
  return { code: result.outputFiles[0]!.text, outside };
}

/** Node's own crypto taken away: what runs is what a browser would run. */
async function load(code: string): Promise<typeof import('../src/index.ts')> {
  return import(`data:text/javascript;base64,${Buffer.from(code).toString('base64')}`);
}

describe('the package in one file', () => {
  it('needs nothing of Node in a browser, and works there', async () => {
    const { code, outside } = await bundle('browser');
    expect(outside).toEqual([]);
    // The HPKE library falls back to import("crypto") where there is no globalThis.crypto; nothing is static.
    expect(code).not.toMatch(/\bfrom\s*["'](?:node:|crypto|zlib)/);
    expect(code).not.toMatch(/["']node:/);
    const seal = await load(code);
    const now = Date.UTC(2026, 0, 1);
    const founded = await seal.foundWorkspace({ workspace: 'acme', now });
    const authority = await seal.verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const writer = await seal.WriterSession.start({
      workspace: 'acme',
      authority,
      writer: founded.writer,
      now,
    });
    const { indexKey } = writer.advance(now);
    const time = now / 1000;
    const rows = `{"time":"${time}000000000","kind":"log","service":"s","operation":"","severity":"","status":"","provider":"","model":""}`;
    const sealed = await writer.seal({
      rows: new TextEncoder().encode(rows),
      count: 1,
      clear: clearColumns([clearFacts(JSON.parse(rows), Math.random)]),
      timeMin: time,
      timeMax: time,
      share: new Uint8Array(32),
      trapdoors: seal.trapdoor(indexKey, 'service', 's'),
    });
    const reader = await seal.openSession(writer.record, founded.identity, authority);
    const opened = await reader.open(sealed);
    expect([opened.header.codec, opened.events[0]?.service]).toEqual(['none', 's']);

    // What the browser sealed opens on Node, and the other way about.
    const node = await import('../src/index.ts');
    const onNode = await node.verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const nodeReader = await node.openSession(writer.record, founded.identity, onNode);
    expect((await nodeReader.open(sealed)).rows).toEqual(opened.rows);
    const nodeWriter = await node.WriterSession.start({
      workspace: 'acme',
      authority: onNode,
      writer: founded.writer,
      now,
    });
    nodeWriter.advance(now);
    const compressed = await nodeWriter.seal({
      rows: opened.rows,
      count: 1,
      clear: sealed.clear,
      timeMin: time,
      timeMax: time,
      share: new Uint8Array(32),
      trapdoors: new Uint8Array(0),
      unfiltered: true,
    });
    const browserReader = await seal.openSession(nodeWriter.record, founded.identity, authority);
    const again = await browserReader.open(compressed);
    expect([again.header.codec, again.rows]).toEqual(['zstd', opened.rows]);
  });

  it('uses Node’s own crypto on Node', async () => {
    expect((await bundle('node')).outside).toEqual(expect.arrayContaining(['node:crypto', 'node:zlib']));
  });
});
