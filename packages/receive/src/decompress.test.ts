import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decompress } from './decompress.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const plain = Buffer.concat([Buffer.from('some text '.repeat(1000)), randomBytes(5000)]);
const limits = { ...DEFAULT_LIMITS, bodyBytes: 1 << 20, decodedBytes: 1 << 20 };
const coded = (code: string) => expect.objectContaining({ code });

describe('content encodings', () => {
  it.each([
    ['gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['zstd', zstdCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
    ['identity', plain],
    ['', plain],
    [undefined, plain],
  ])('%s', async (encoding, body) => {
    expect(Buffer.from(await decompress(body, encoding, limits)).equals(plain)).toBe(true);
  });

  it.each(['br', 'gzip, gzip', 'gzip,zstd', 'compress', 'snappy'])(
    '%s is not supported',
    async (encoding) => {
      await expect(decompress(plain, encoding, limits)).rejects.toThrow(coded('ENCODING_UNSUPPORTED'));
    },
  );

  it('joins members and frames', async () => {
    const twice = (part: Uint8Array) => Buffer.concat([part, part]);
    expect(await decompress(twice(gzipSync('ab')), 'gzip', limits)).toEqual(Buffer.from('abab'));
    expect(await decompress(twice(zstdCompressSync('ab')), 'zstd', limits)).toEqual(Buffer.from('abab'));
  });
});

describe('damage', () => {
  it.each(['gzip', 'zstd', 'deflate'])('%s of other bytes or cut off', async (encoding) => {
    const whole = { gzip: gzipSync, zstd: zstdCompressSync, deflate: deflateSync }[encoding]!(plain);
    for (const body of [plain, whole.subarray(0, whole.length / 2), Buffer.alloc(0)]) {
      await expect(decompress(body, encoding, limits)).rejects.toThrow(coded('DECOMPRESSION_FAILED'));
    }
  });
});

describe('caps', () => {
  const zeros = Buffer.alloc(64 << 20);

  it.each([
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
  ])('a %s bomb stops at the cap, without holding its output', async (encoding, bomb) => {
    const before = process.memoryUsage().arrayBuffers;
    await expect(decompress(bomb, encoding, limits)).rejects.toThrow(coded('BODY_TOO_LARGE_DECOMPRESSED'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 << 20);
  });

  it('leaves the event loop free meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const wide = { ...limits, decodedBytes: 32 << 20 };
    await expect(decompress(gzipSync(zeros), 'gzip', wide)).rejects.toThrow(
      coded('BODY_TOO_LARGE_DECOMPRESSED'),
    );
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });

  it('refuses a body that arrives too large', async () => {
    const small = { ...limits, bodyBytes: 100 };
    await expect(decompress(plain, 'gzip', small)).rejects.toThrow(coded('BODY_TOO_LARGE'));
    await expect(decompress(plain, '', { ...limits, decodedBytes: 100 })).rejects.toThrow(
      coded('BODY_TOO_LARGE_DECOMPRESSED'),
    );
  });

  it('takes exactly the cap', async () => {
    const exact = { ...limits, decodedBytes: plain.length };
    for (const body of [gzipSync(plain), zstdCompressSync(plain), deflateSync(plain)].entries()) {
      const encoding = ['gzip', 'zstd', 'deflate'][body[0]];
      expect((await decompress(body[1], encoding, exact)).byteLength).toBe(plain.length);
    }
  });

  it('refuses zstd that asks for a large window', async () => {
    const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_compressionLevel]: 3 };
    const body = zstdCompressSync(Buffer.alloc(300 << 10), { params });
    const frame = zstdCompressSync(zeros.subarray(0, 32 << 20), { params });
    expect((await decompress(body, 'zstd', limits)).byteLength).toBe(300 << 10);
    await expect(decompress(frame, 'zstd', DEFAULT_LIMITS)).rejects.toThrow();
  });
});
