import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readInto } from './files.ts';
import { lz4Block } from './lz4.ts';
import { Matcher } from './matcher.ts';
import { Scanner } from './scan.ts';

const canary = 'the violet heron of Larkmoor hides 4711 letters';

/** Bytes that no one could compress, the same in every run. */
function noise(length: number, seed = 'noise'): Buffer {
  const parts: Buffer[] = [];
  for (let index = 0; index * 32 < length; index++) {
    parts.push(createHash('sha256').update(`${seed}${index}`).digest());
  }
  return Buffer.concat(parts).subarray(0, length);
}

/** A greedy LZ4 encoder, so that matches stand in the middle of a canary. */
function lz4Greedy(bytes: Buffer): Buffer {
  const output: number[] = [];
  const seen = new Map<string, number>();
  const length = (value: number) => {
    let left = value - 15;
    for (; left >= 255; left -= 255) output.push(255);
    if (left >= 0) output.push(left);
  };
  let anchor = 0;
  const literals = (end: number, match: number) => {
    const count = end - anchor;
    output.push((Math.min(count, 15) << 4) | Math.min(match, 15));
    length(count);
    output.push(...bytes.subarray(anchor, end));
  };
  for (let at = 0; at < bytes.length - 12; at++) {
    const key = bytes.toString('latin1', at, at + 4);
    const earlier = seen.get(key);
    seen.set(key, at);
    if (earlier === undefined || at - earlier > 65_535) continue;
    let match = 4;
    while (at + match < bytes.length - 5 && bytes[earlier + match] === bytes[at + match]) match++;
    literals(at, match - 4);
    output.push((at - earlier) & 255, (at - earlier) >> 8);
    length(match - 4);
    at += match - 1;
    anchor = at + 1;
  }
  literals(bytes.length, 0);
  return Buffer.from(output);
}

function clickhouseBlock(plain: Buffer): Buffer {
  const packed = lz4Greedy(plain);
  const header = Buffer.alloc(25, 0x11);
  header[16] = 0x82;
  header.writeUInt32LE(packed.length + 9, 17);
  header.writeUInt32LE(plain.length, 21);
  return Buffer.concat([header, packed]);
}

function lz4FrameOf(plain: Buffer): Buffer {
  const packed = lz4Greedy(plain);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(packed.length);
  return Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x40, 0x70, 0x00]),
    size,
    packed,
    Buffer.alloc(4),
  ]);
}

function zipOf(plain: Uint8Array): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(8, 8);
  header.writeUInt16LE(5, 26);
  return Buffer.concat([header, Buffer.from('a.txt'), deflateRawSync(plain)]);
}

async function scan(bytes: Uint8Array, chunk = 65_536): Promise<string[]> {
  const matcher = new Matcher([canary, 'something else entirely']);
  const scanner = new Scanner({ matcher }, 'file');
  for (let at = 0; at < bytes.length; at += chunk) await scanner.write(bytes.subarray(at, at + chunk));
  await scanner.end();
  return matcher.found.map((finding) => `${finding.form}: ${finding.where}`);
}

// Hexadecimal, so that every method has something to gain; parts of the canary come first, so that it is split.
const inside = Buffer.from(
  `the violet heron of ${noise(1500, 'a').toString('hex')}larkmoor hides 4711 ${canary}${noise(20_000, 'b').toString('hex')}`,
);

describe('Scanner', () => {
  it.each<[string, Buffer, string]>([
    ['raw bytes', inside, 'file'],
    ['gzip', gzipSync(inside), 'file › gzip'],
    ['zlib', deflateSync(inside), 'file › zlib'],
    ['zstd', zstdCompressSync(inside), 'file › zstd'],
    ['lz4 frame', lz4FrameOf(inside), 'file › lz4'],
    ['zip', zipOf(inside), 'file › zip'],
    ['ClickHouse LZ4 block', clickhouseBlock(inside), 'file › lz4 block'],
    ['gzip in zstd', zstdCompressSync(gzipSync(inside)), 'file › zstd › gzip'],
    ['base64 of gzip', Buffer.from(gzipSync(inside).toString('base64')), 'file › base64 › gzip'],
  ])('finds a canary in %s amid other bytes, at any chunk size', async (_, packed, where) => {
    const file = Buffer.concat([noise(5000, 'before'), packed, noise(9000, 'after')]);
    for (const chunk of [1 << 20, 4096, 997]) {
      expect(await scan(file, chunk)).toEqual([`plain: ${where}`]);
    }
  });

  it('keeps what a broken stream gave before it broke', async () => {
    const whole = gzipSync(inside);
    expect(await scan(whole.subarray(0, 20_000))).toEqual(['plain: file › gzip']);
    expect(await scan(Buffer.concat([whole.subarray(0, 20_000), noise(20_000, 'x')]))).toEqual([
      'plain: file › gzip',
    ]);
    expect(
      await scan(
        zstdCompressSync(Buffer.concat([inside, Buffer.from(noise(400_000).toString('hex'))])).subarray(
          0,
          300_000,
        ),
      ),
    ).toEqual(['plain: file › zstd']);
  });

  it('finds nothing in noise, and comes back from magic numbers that mean nothing', async () => {
    const magic = [
      [0x1f, 0x8b, 8, 0],
      [0x28, 0xb5, 0x2f, 0xfd],
      [0x78, 0x9c],
      [4, 0x22, 0x4d, 0x18],
      [0x82, 9, 1, 0, 0],
    ];
    const parts = magic.flatMap((bytes, index) => [Buffer.from(bytes), noise(3000, `${index}`)]);
    expect(await scan(Buffer.concat([...parts, noise(300_000)]))).toEqual([]);
  });

  it('is not stopped by a bomb', async () => {
    const bomb = gzipSync(Buffer.concat([Buffer.alloc(64 << 20), Buffer.from(canary)]));
    expect(bomb.length).toBeLessThan(100_000);
    expect(await scan(bomb)).toEqual(['plain: file › gzip']);
  });
});

describe('readInto', () => {
  it.each([-40, -10, 0, 10])('finds what stands %d bytes from a border of its chunks', async (offset) => {
    const directory = mkdtempSync(join(tmpdir(), 'thief-read-'));
    try {
      const before = noise((1 << 20) + offset, 'long');
      for (const [name, planted] of Object.entries({
        plain: Buffer.from(canary),
        lz4: clickhouseBlock(inside),
      })) {
        const file = join(directory, name);
        writeFileSync(file, Buffer.concat([before, planted, noise(1 << 20, 'rest')]));
        const matcher = new Matcher([canary]);
        await readInto(file, new Scanner({ matcher }, 'file'), () => undefined);
        expect(matcher.found.length, name).toBe(1);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('lz4Block', () => {
  it('decodes what the reference encoder makes, overlapping matches included', () => {
    // "abcabcabc…" as literals "abc" and a match of distance 3; then five literals, as the format demands.
    const block = Buffer.from([0x3f, 0x61, 0x62, 0x63, 0x03, 0x00, 0x02, 0x50, ...Buffer.from('tail!')]);
    const output = new Uint8Array(3 + 21 + 5);
    expect(lz4Block(block, output)).toBe(output.length);
    expect(Buffer.from(output).toString()).toBe(`${'abc'.repeat(8)}tail!`);
  });

  it('refuses a block that is cut, too long, or reaches back too far', () => {
    const block = Buffer.from([0x3f, 0x61, 0x62, 0x63, 0x03, 0x00, 0x02, 0x50, ...Buffer.from('tail!')]);
    for (let cut = 1; cut < block.length; cut++) {
      const end = lz4Block(block.subarray(0, cut), new Uint8Array(29));
      expect(end === -1 || end < 29).toBe(true);
    }
    expect(lz4Block(block, new Uint8Array(20))).toBe(-1);
    expect(lz4Block(Buffer.from([0x10, 0x61, 0x09, 0x00]), new Uint8Array(29))).toBe(-1);
  });
});
