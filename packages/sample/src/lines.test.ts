import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { canariesOf, SECRET_TYPES, sampleChunks, sampleFile, sampleLines } from './index.ts';

const lines = [...sampleLines({ seed: 1, count: 3000 })];
const text = lines.join('\n');

/** Every string of a JSON value. */
function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return value && typeof value === 'object' ? Object.values(value).flatMap(strings) : [];
}

describe('sampleLines', () => {
  it('gives the same lines for the same seed, others for another', () => {
    expect([...sampleLines({ seed: 1, count: 50 })]).toEqual([...sampleLines({ seed: 1, count: 50 })]);
    expect([...sampleLines({ seed: 2, count: 50 })]).not.toEqual([...sampleLines({ seed: 1, count: 50 })]);
  });

  it('has the columns of the leaked table and spans with GenAI attributes', () => {
    const rows = lines.map((line) => JSON.parse(line));
    const table = rows.filter((row) => 'string.values' in row);
    const spans = rows.filter((row) => 'attributes' in row);
    expect(table.length + spans.length).toBe(3000);
    expect(spans.length).toBeGreaterThan(200);
    for (const row of table) {
      expect(Object.keys(row)).toEqual([
        'timestamp',
        'span_name',
        '_service',
        '_source',
        'string.names',
        'string.values',
      ]);
      expect(row.timestamp >= '2025-01-06 00:00:00').toBe(true);
      expect(row['string.names'].length).toBe(row['string.values'].length);
    }
    for (const span of spans) expect(span.attributes['gen_ai.operation.name']).toBe('chat');
  });

  it('weighs and compresses as real logs do', () => {
    const bytes = Buffer.from(lines.slice(0, 1000).join('\n'));
    const packed = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    expect(bytes.length / 1000).toBeGreaterThan(800);
    expect(bytes.length / 1000).toBeLessThan(1100);
    expect(bytes.length / packed.length).toBeGreaterThan(3);
    expect(bytes.length / packed.length).toBeLessThan(3.8);
    expect(text).toMatch(/\p{Script=Han}{8}/u);
    const tokens = new Set(
      strings(lines.slice(0, 1000).map((line) => JSON.parse(line)))
        .join(' ')
        .match(/[a-z]{3,}/gi),
    );
    expect(tokens.size).toBeGreaterThan(1500);
  });

  it('plants every canary once, as a user or a machine would have written it', () => {
    const planted = strings(lines.map((line) => JSON.parse(line))).join('\n');
    for (const canary of canariesOf(1)) {
      // A canary may stand in JSON that is itself a string.
      const forms = [canary.text, JSON.stringify(canary.text).slice(1, -1)];
      const first = forms.map((form) => planted.indexOf(form)).find((place) => place >= 0) ?? -1;
      expect(first, canary.kind).toBeGreaterThanOrEqual(0);
      expect(planted.includes(canary.text, first + 1), canary.kind).toBe(false);
    }
    expect([...sampleLines({ seed: 1, count: 3 })].join().includes(canariesOf(1)[5]!.text)).toBe(true);
  });
});

describe('canariesOf', () => {
  it('has user text in two scripts and every kind of secret, no two alike', () => {
    const canaries = canariesOf('x');
    expect(new Set(canaries.map((canary) => canary.text)).size).toBe(canaries.length);
    expect(new Set(canaries.map((canary) => canary.secretType).filter(Boolean))).toEqual(
      new Set(SECRET_TYPES),
    );
    expect(canaries.every((canary) => canary.shown.includes(canary.text))).toBe(true);
    expect(canariesOf('x')).toEqual(canaries);
  });
});

describe('sampleFile', () => {
  it('holds what sampleChunks gives, and is made once', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sample-'));
    try {
      const path = sampleFile({ seed: 3, count: 40 }, directory);
      expect(readFileSync(path)).toEqual(Buffer.concat([...sampleChunks({ seed: 3, count: 40 })]));
      expect(sampleFile({ seed: 3, count: 40 }, directory)).toBe(path);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
