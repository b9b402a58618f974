import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PGlite } from '@electric-sql/pglite';
import { codeOf } from '@tacet/records';
import { canariesOf, sampleLines } from '@tacet/sample';
import { Session } from 'chdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderThief } from './render.ts';
import type { ThiefReport } from './report.ts';
import { runThief } from './run.ts';

const directory = mkdtempSync(join(tmpdir(), 'thief-test-'));
const inClickHouse = {
  zstd: 'orchard lantern 9001 of Brathel',
  lz4: '铜壶在第9002号石桥旁',
  array: 'sparrow 9003 of Quorvin',
};
const inPostgres = { text: 'compass 9004 of Zumlark', bytes: 'kettle 9005 of Oskpell' };
const inFiles = {
  gzip: 'anvil 9006 of Drinfyx',
  name: 'meadow 9007 of Jornwex',
  utf16: 'violin 9008 of Thelbra',
};
const absent = ['nobody wrote this 9009 anywhere'];
const canaries = [inClickHouse, inPostgres, inFiles].flatMap((group) => Object.values(group)).concat(absent);
const temporary = mkdtempSync(join(tmpdir(), 'thief-copies-'));
let report: ThiefReport;
let before: string[];

/** Names, sizes and times of everything below a directory. */
function stateOf(path: string): string[] {
  return readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => {
    const { size, mtimeMs } = statSync(join(path, name));
    return `${name} ${size} ${mtimeMs}`;
  });
}

function fillClickHouse(path: string): void {
  const session = new Session(path);
  session.query(`CREATE TABLE chats (id UInt64, service LowCardinality(String), said String CODEC(ZSTD(3)),
    answered String CODEC(LZ4), words Array(String) CODEC(ZSTD(1)), sealed String CODEC(NONE)) ENGINE = MergeTree ORDER BY id`);
  session.query(`INSERT INTO chats SELECT number, ['chat-api', 'router'][number % 2 + 1],
    concat('user asked again about order number ', toString(number), if(number = 777, ' ${inClickHouse.zstd}', ' and so on')),
    concat('回答', toString(number), if(number = 333, '${inClickHouse.lz4}', '')),
    [toString(number), if(number = 555, '${inClickHouse.array}', 'word')], randomString(300) FROM numbers(2000)`);
  session.query('CREATE VIEW lines AS SELECT id, service FROM chats');
  session.close();
}

async function fillPostgres(path: string): Promise<void> {
  const database = await PGlite.create(path);
  await database.exec('CREATE TABLE people (id int PRIMARY KEY, note text, raw bytea)');
  for (let id = 0; id < 20; id++) {
    await database.query('INSERT INTO people VALUES ($1, $2, $3)', [
      id,
      id === 7 ? `note with ${inPostgres.text} in it` : `note ${id}`,
      new TextEncoder().encode(id === 9 ? inPostgres.bytes : `raw ${id}`),
    ]);
  }
  await database.close();
}

beforeAll(async () => {
  fillClickHouse(join(directory, 'log'));
  await fillPostgres(join(directory, 'control'));
  mkdirSync(join(directory, 'files'));
  writeFileSync(join(directory, 'files/old.log.gz'), gzipSync(`line one\n${inFiles.gzip}\nline three`));
  writeFileSync(join(directory, `files/${inFiles.name}.txt`), '');
  writeFileSync(join(directory, 'files/wide.bin'), Buffer.from(inFiles.utf16, 'utf16le'));
  writeFileSync(
    join(directory, 'files/share.key'),
    Buffer.from(Array.from({ length: 32 }, (_, i) => (i * 167 + 201) % 256)),
  );
  symlinkSync(join(directory, 'control'), join(directory, 'linked'));
  before = stateOf(directory);
  report = await runThief({ dir: directory, canaries, temporary });
}, 180_000);

afterAll(() => {
  for (const path of [directory, temporary]) rmSync(path, { recursive: true, force: true });
});

describe('runThief', () => {
  it('finds every canary that is there and none that is not', () => {
    const found = new Set(report.canaries.found.map((finding) => finding.canary));
    expect(found).toEqual(new Set(canaries.filter((canary) => !absent.includes(canary))));
    expect(report.canaries.tried).toBe(canaries.length);
    expect(report.notes).toEqual([]);
    // Reached through the folder, not a second time through the link.
    expect(report.visible.filter((entry) => entry.where.startsWith('linked'))).toEqual([]);
  });

  it('says where and in which form', () => {
    const of = (canary: string) => report.canaries.found.filter((finding) => finding.canary === canary);
    expect(of(inFiles.gzip)).toMatchObject([{ form: 'plain', where: 'files/old.log.gz › gzip' }]);
    expect(of(inFiles.name)).toMatchObject([{ form: 'plain', where: 'file names' }]);
    expect(of(inFiles.utf16)).toMatchObject([{ form: 'utf-16le', where: 'files/wide.bin' }]);
    expect(of(inClickHouse.zstd)[0]!.where).toMatch(/^log\/.*\.bin › zstd$/);
    expect(of(inClickHouse.lz4)[0]!.where).toMatch(/^log\/.*\.bin( › lz4 block)?$/);
  });

  it('reports tables by column, with what their values look like', () => {
    const column = (where: string, name: string) =>
      report.visible.find((entry) => entry.where === where && entry.column === name);
    expect(column('log: default.chats', 'service')).toMatchObject({
      type: 'LowCardinality(String)',
      rows: 2000,
      distinct: 2,
      judgement: 'coarse fact',
      sample: expect.arrayContaining(['chat-api', 'router']),
    });
    expect(column('log: default.chats', 'said')).toMatchObject({
      judgement: 'readable text',
      distinct: 2000,
    });
    expect(column('log: default.chats', 'sealed')).toMatchObject({ judgement: 'random or ciphertext' });
    expect(column('log: default.chats', 'words')).toMatchObject({ type: 'Array(String)', rows: 4000 });
    expect(column('log: default.lines', 'service')).toMatchObject({ rows: 2000 });
    expect(column('control: public.people', 'note')).toMatchObject({ type: 'text', rows: 20, distinct: 20 });
    expect(column('files/share.key', '(whole file)')).toMatchObject({ judgement: 'key material' });
  });

  it('keeps samples short and shows the report to people', () => {
    for (const entry of report.visible) {
      expect(entry.sample.length).toBeLessThanOrEqual(5);
      for (const sample of entry.sample) expect(sample.length).toBeLessThanOrEqual(80);
    }
    const text = renderThief(report, { colour: false, width: 100 });
    expect(text).toContain('canaries found');
    expect(text).toContain('default.chats');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('leaves the directory as it was, and nothing elsewhere', () => {
    expect(stateOf(directory)).toEqual(before);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('passes over what every PostgreSQL directory holds', () => {
    const files = report.visible.filter((entry) => entry.where.startsWith('control/'));
    expect(files.flatMap((entry) => entry.sample).join()).not.toContain('default template for new databases');
    expect(files.flatMap((entry) => entry.sample).join()).toContain(inPostgres.text);
  });

  it('says that there is no such directory', async () => {
    const error = await runThief({ dir: join(directory, 'missing'), canaries: [] }).catch(
      (caught: unknown) => caught,
    );
    expect(codeOf(error)).toBe('DIRECTORY_MISSING');
  });

  it.skipIf(process.getuid?.() === 0)('does not take what it may not read for empty', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'thief-closed-'));
    chmodSync(closed, 0o000);
    const error = await runThief({ dir: closed, canaries: [] }).catch((caught: unknown) => caught);
    chmodSync(closed, 0o700);
    rmSync(closed, { recursive: true });
    expect(codeOf(error)).toBe('FILE_UNREADABLE');
  });

  it('finds the canaries of a whole sample that was stored in plain', async () => {
    const plain = mkdtempSync(join(tmpdir(), 'thief-plain-'));
    try {
      writeFileSync(
        join(plain, 'log.jsonl.gz'),
        gzipSync([...sampleLines({ seed: 5, count: 400 })].join('\n')),
      );
      const planted = canariesOf(5).map((canary) => canary.text);
      const { canaries: result } = await runThief({ dir: plain, canaries: planted });
      expect(new Set(result.found.map((finding) => finding.index)).size).toBe(planted.length);
    } finally {
      rmSync(plain, { recursive: true });
    }
  });
});
