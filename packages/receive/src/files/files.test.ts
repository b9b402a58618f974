import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { decodeRows, type ErrorCode, type Event, type Rows, TacetError } from '@tacet/records';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requestOf } from '../../test/requests.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import { readEvents } from './read.ts';
import type { FileFormat } from './sniff.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'receive-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Result {
  events: Event[];
  refused: { code: ErrorCode; line?: number }[];
  bytes: number;
  batches: number;
}

async function collect(
  read: AsyncIterable<{ rows: Rows; refused: Result['refused']; bytes: number }>,
): Promise<Result> {
  const all: Result = { events: [], refused: [], bytes: 0, batches: 0 };
  for await (const { rows, refused, bytes } of read) {
    all.events.push(...decodeRows(rows));
    all.refused.push(...refused);
    all.bytes += bytes;
    all.batches++;
  }
  return all;
}

function readFile(
  name: string,
  content: string | Uint8Array,
  format?: FileFormat,
  limits?: Limits,
): Promise<Result> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return collect(readEvents({ path }, format, limits));
}

async function* chunksOf(content: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}

const bodies = ({ events }: Result) => events.map((event) => event.body);
const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => JSON.stringify({ msg: `m${index}` })).join('\n');
const coded = (code: string) => expect.objectContaining({ code });

describe('JSON lines', () => {
  it('come in batches that add up to the file', async () => {
    const text = `${lines(10_000)}\n`;
    const result = await readFile('a.jsonl', text);
    expect(bodies(result)).toEqual(Array.from({ length: 10_000 }, (_, index) => `m${index}`));
    expect(result.bytes).toBe(Buffer.byteLength(text));
    expect(result.batches).toBeGreaterThan(2);
  });

  it.each(['gz', 'zst'])('come out of %s, told by the first bytes', async (kind) => {
    const compress = kind === 'gz' ? gzipSync : zstdCompressSync;
    const parts = Array.from({ length: 5 }, () => compress(`${lines(2000)}\n`));
    const file = Buffer.concat(parts);
    const result = await readFile(`no-extension-${kind}`, file);
    expect(result.events).toHaveLength(10_000);
    expect(result.bytes).toBe(file.length);
  });

  it('go on after a line that is none', async () => {
    const text = `\ufeff{"msg":"a"}\r\n\n  \nplain text\n{"msg":"b"\n{"time":1e30}\n"c"\n[{"msg":"d"},{"msg":"e"}]\n[1]\n{"msg":"f"}`;
    const result = await readFile('b.log', text);
    expect(bodies(result)).toEqual(['a', 'c', 'd', 'e', [1], 'f']);
    expect(result.refused).toEqual([
      { code: 'JSON_INVALID', line: 4 },
      { code: 'JSON_INVALID', line: 5 },
      { code: 'TIME_INVALID', line: 6 },
    ]);
  });

  it('longer than an event are refused without being gathered', async () => {
    const limits = { ...DEFAULT_LIMITS, eventBytes: 50 };
    const content = Buffer.from(
      `{"msg":"a"}\n{"msg":"${'x'.repeat(5000)}"}\n{"msg":"b"}\n"${'y'.repeat(5000)}`,
    );
    for (const size of [7, 1000, 100_000]) {
      const result = await collect(readEvents({ stream: chunksOf(content, size) }, 'jsonl', limits));
      expect(bodies(result)).toEqual(['a', 'b']);
      expect(result.refused).toEqual([
        { code: 'EVENT_TOO_LARGE', line: 2 },
        { code: 'EVENT_TOO_LARGE', line: 4 },
      ]);
    }
  });

  it('are the same however the stream is cut', async () => {
    const text = `{"msg":"ä🎼"}\n{"msg":"b\\n"}\n\n"c"\n{"msg":"d"}`;
    for (let size = 1; size < 12; size++) {
      const result = await collect(readEvents({ stream: chunksOf(Buffer.from(text), size) }, 'jsonl'));
      expect(bodies(result)).toEqual(['ä🎼', 'b\n', 'c', 'd']);
    }
  });

  it('may be one array, or printed with indents', async () => {
    const events = [{ msg: 'a' }, { msg: 'b"]},{[' }, { msg: ['c', {}] }];
    const values = ['a', 'b"]},{[', ['c', {}]];
    expect(bodies(await readFile('c.json', JSON.stringify(events)))).toEqual(values);
    expect(bodies(await readFile('d.json', JSON.stringify(events, null, 2)))).toEqual(values);
    const printed = events.map((event) => JSON.stringify(event, null, '\t')).join('\n');
    const result = await readFile('e.json', `${printed}\n{ "msg": nonsense }\n{"msg":"z"}\n{"cut":`);
    expect(bodies(result)).toEqual([...values, 'z']);
    expect(result.refused).toEqual([
      { code: 'JSON_INVALID', line: 13 },
      { code: 'JSON_INVALID', line: 15 },
    ]);
  });

  it('printed in any way and cut anywhere are found', async () => {
    const value = fc.oneof(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
      fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 30 }),
        async (list, size) => {
          const text = `[\n${JSON.stringify([{}, ...list], null, 1).slice(1)}`;
          const result = await collect(readEvents({ stream: chunksOf(Buffer.from(text), size) }, 'jsonl'));
          expect(result.refused).toEqual([]);
          expect(result.events.length).toBeGreaterThanOrEqual(list.length + 1);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('OTLP/JSON files', () => {
  const logs = requestOf('logs', [
    { body: { stringValue: 'a' } },
    { traceId: 'none' },
    { body: { stringValue: 'b' } },
  ]);
  const spans = requestOf('traces', [{ name: 's' }]);

  it('as the Collector writes them, one request a line', async () => {
    const result = await readFile(
      'f.json',
      `${JSON.stringify(logs)}\n${JSON.stringify(spans)}\n{"resourceLogs":[5]}\n`,
    );
    expect(result.events.map(({ kind, body, operation }) => [kind, body ?? operation])).toEqual([
      ['log', 'a'],
      ['log', 'b'],
      ['span', 's'],
    ]);
    expect(result.refused).toEqual([
      { code: 'OTLP_INVALID', line: 1 },
      { code: 'OTLP_INVALID', line: 3 },
    ]);
  });

  it('printed with indents, and among other lines', async () => {
    expect((await readFile('g.json', JSON.stringify(logs, null, 2))).events).toHaveLength(2);
    expect((await readFile('h.jsonl', `{"msg":"x"}\n${JSON.stringify(spans)}\n`)).events).toHaveLength(2);
  });
});

describe('CSV', () => {
  it('gives an event a row', async () => {
    const result = await readFile(
      'i.csv',
      'timestamp,span_name,_service,string.values\n2025-01-06 00:00:00,/v1/chat,chat,"Hello, ""you""\nthere"\n2025-01-06 00:00:01,/v1/key,keys,sk-1\n',
    );
    expect(result.events).toEqual([
      {
        time: '1736121600000000000',
        kind: 'log',
        service: 'chat',
        operation: '/v1/chat',
        severity: '',
        status: '',
        provider: '',
        model: '',
        body: 'Hello, "you"\nthere',
      },
      expect.objectContaining({ time: '1736121601000000000', service: 'keys', body: 'sk-1' }),
    ]);
  });

  it("reads ClickHouse's arrays, NULLs and maps", async () => {
    const rows = `"timestamp","string.names","string.values","LogAttributes","x"\n"2025-01-06","['message','a']","['it\\'s','1']","{'k':'v'}",\\N\n`;
    const [event] = (await readFile('j.csv', rows)).events;
    expect(event).toMatchObject({ body: "it's", attributes: { a: '1', k: 'v' } });
    expect(event!.attributes).not.toHaveProperty('x');
  });

  it('takes semicolons, tabs, too few, too many and repeated columns', async () => {
    expect(bodies(await readFile('k.csv', 'msg;b\nx;1\n'))).toEqual(['x']);
    expect(bodies(await readFile('l.tsv', 'msg\tb\nx\t1\n'))).toEqual(['x']);
    const [few, many] = (await readFile('m.csv', 'msg,a,a\nx\ny,1,2,3\n')).events;
    expect(few).toMatchObject({ body: 'x' });
    expect(many).toMatchObject({
      body: 'y',
      attributes: { a: '1', 'tacet.duplicates': { a: ['2'] }, column_4: '3' },
    });
  });

  it('is told by its header when it has no name', async () => {
    const result = await collect(
      readEvents({ stream: chunksOf(Buffer.from('time,level,msg\n2025-01-06,info,x\n'), 5) }),
    );
    expect(bodies(result)).toEqual(['x']);
  });

  it('refuses a row that is too large and goes on', async () => {
    const limits = { ...DEFAULT_LIMITS, eventBytes: 40 };
    const result = await readFile('n.csv', `msg,b\na,1\n${'x'.repeat(100)},2\nc,3\n`, 'csv', limits);
    expect(bodies(result)).toEqual(['a', 'c']);
    expect(result.refused).toEqual([{ code: 'EVENT_TOO_LARGE', line: 3 }]);
  });

  it('gives up a quote that is never closed', async () => {
    const limits = { ...DEFAULT_LIMITS, eventBytes: 30 };
    const rows = Array.from({ length: 5 }, (_, index) => `row ${index},${'y'.repeat(20)}`).join('\n');
    const result = await readFile('w.csv', `msg,b\na,1\n"open,2\n${rows}\n`, 'csv', limits);
    expect(bodies(result)).toEqual(['a', 'row 1', 'row 2', 'row 3', 'row 4']);
    expect(result.refused).toEqual([{ code: 'EVENT_TOO_LARGE', line: 3 }]);
  });

  it('is read as csv-parse reads it, however it is cut', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', 'ü', '"', ',', '\n', ';', ' '), maxLength: 6 });
    const quoted = cell.map((text) => `"${text.replaceAll('"', '""')}"`);
    const plain = cell.map((text) => text.replace(/["\n,]/g, '')).filter((text) => text.trim() !== '');
    const table = fc.array(fc.tuple(plain, fc.oneof(quoted, plain), fc.oneof(quoted, plain)), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.integer({ min: 1, max: 20 }),
        async (rows, end, size) => {
          const text = [['h1', 'h2', 'h3'], ...rows].map((cells) => cells.join(',')).join(end);
          const wanted = parse(text, { columns: true, relax_quotes: true }) as { [name: string]: string }[];
          const read = await collect(readEvents({ stream: chunksOf(Buffer.from(text), size) }, 'csv'));
          const filled = wanted.map((row) =>
            Object.fromEntries(Object.entries(row).filter(([, value]) => value !== '')),
          );
          expect(read.events.map((event) => event.attributes)).toEqual(filled);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('needs a header', async () => {
    await expect(readFile('o.csv', '')).rejects.toThrow(coded('FILE_INVALID'));
  });
});

describe('files that are something else', () => {
  it('are told by a code', async () => {
    await expect(collect(readEvents({ path: join(folder, 'missing') }))).rejects.toThrow(
      coded('FILE_UNREADABLE'),
    );
    await expect(collect(readEvents({ path: folder }))).rejects.toThrow(coded('FILE_UNREADABLE'));
    await expect(readFile('p.bin', Buffer.from([1, 0, 2, 0, 255]))).rejects.toThrow(
      coded('FILE_FORMAT_UNKNOWN'),
    );
    await expect(readFile('q', 'just some prose\nin two lines\n')).rejects.toThrow(
      coded('FILE_FORMAT_UNKNOWN'),
    );
    await expect(readFile('r.gz', gzipSync(lines(5000)).subarray(0, 900))).rejects.toThrow(
      coded('DECOMPRESSION_FAILED'),
    );
    await expect(readFile('s.zst', zstdCompressSync(lines(50)).subarray(0, 60))).rejects.toThrow(
      coded('DECOMPRESSION_FAILED'),
    );
    await expect(readFile('t.parquet', 'PAR1nonsense')).rejects.toThrow(coded('FILE_INVALID'));
    await expect(readFile('u.parquet', '{}')).rejects.toThrow(coded('FILE_INVALID'));
  });

  it('a stream that fails says so', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('{"msg":"a"}\n');
      throw Object.assign(new Error('secret path'), { code: 'EIO' });
    }
    const failure = await collect(readEvents({ stream: failing() }, 'jsonl')).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(TacetError);
    expect(String(failure)).toMatch(/FILE_UNREADABLE|cannot be read \(EIO\)/);
  });

  it.each(['plain', 'gzip'])('a reader that stops early gives the source back (%s)', async (kind) => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield kind === 'gzip' ? gzipSync(`${lines(5000)}\n`) : Buffer.from(`${lines(5000)}\n`);
      } finally {
        closed = true;
      }
    }
    for await (const batch of readEvents({ stream: endless() })) {
      expect(batch.rows.ends.length).toBeGreaterThan(0);
      break;
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(true);
  });

  it('an empty file has no events', async () => {
    expect((await readFile('v', '')).events).toEqual([]);
  });
});
