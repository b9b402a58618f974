import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sampleFile } from '@tacet/sample';
import { type ChildResult, runChild } from './child.ts';
import type { Figure } from './figures.ts';

interface Imported {
  events: number;
  bytesIn: number;
  stored: number;
}

const MB = 1e6;
const rate = ({ result, cpu }: ChildResult<Imported>) => result.bytesIn / MB / cpu;

/** Sealed ingest in process against the same rows in plain columns; size on disk; peak memory. */
export async function benchIngest(events: number): Promise<Figure[]> {
  const file = sampleFile({ seed: 1, count: events });
  const run = async (script: string, extra: object = {}) => {
    const directory = mkdtempSync(join(tmpdir(), 'tacet-bench-'));
    try {
      return await runChild<Imported>(script, { file, directory, ...extra }, true);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };
  const plain = await run('plain-import', { textIndex: false });
  const sealed = await run('sealed-import');
  const indexed = await run('plain-import', { textIndex: true });
  const speed = rate(sealed);
  return [
    { name: 'sealed ingest in process, synced, a core', value: speed, unit: 'MB/s', target: '≥ 55', met: speed >= 55 },
    ratio('  against plain columns', speed, rate(plain), 0.75),
    ratio('  against plain columns with a text index', speed, rate(indexed), 1.2),
    { name: '  events', value: sealed.result.events / sealed.cpu, unit: 'events/s', plain: plain.result.events / plain.cpu },
    size('stored, against plain ZSTD(3)', sealed, plain, 1.2),
    size('stored, against plain ZSTD(3) with a text index', sealed, indexed, 0.85),
    {
      name: 'peak memory while importing',
      value: sealed.peak / MB,
      unit: 'MB',
      plain: plain.peak / MB,
      target: '< 1000',
      met: sealed.peak < 1e9,
    },
  ];
}

function ratio(name: string, value: number, plain: number, least: number): Figure {
  const by = value / plain;
  return { name, value, unit: 'MB/s', plain, ratio: by, target: `≥ ${least}`, met: by >= least };
}

function size(name: string, sealed: ChildResult<Imported>, plain: ChildResult<Imported>, most: number): Figure {
  const [value, twin] = [sealed, plain].map(({ result }) => result.stored / result.events) as [number, number];
  const by = value / twin;
  return { name, value, unit: 'B/event', plain: twin, ratio: by, target: `≤ ${most}`, met: by <= most };
}
