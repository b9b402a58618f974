import { type ChildResult, runChild } from './child.ts';
import type { Figure } from './figures.ts';
import { inFolder } from './folder.ts';
import { sample } from './sample.ts';

interface Timed {
  seconds: number;
  rows: number;
}

interface Imported {
  events: number;
  bytesIn: number;
  /** Bytes on disk of one event. */
  storedEach: number;
  searches: Timed[];
  opened: Timed;
}

/** Words of the sample: rare, common, Chinese is left to the sealed side (the plain index splits on ASCII). */
const WORDS = ['aqueduct', 'restore'];

const MB = 1e6;
const rate = ({ result, cpu }: ChildResult<Imported>) => result.bytesIn / MB / cpu;

/** Sealed ingest in process, and searches after it, against the same rows in plain columns. */
export async function benchIngest(events: number): Promise<Figure[]> {
  const file = sample(events);
  // An import of minutes is what is measured: compilers have done their work after some 400 MB of other events.
  const warm = sample(2 * events, 2);
  const run = (script: string, extra: object = {}) =>
    inFolder((directory) =>
      runChild<Imported>(script, { file, warm, directory, words: WORDS, ...extra }, true),
    );
  const plain = await run('plain-import', { textIndex: false });
  const sealed = await run('sealed-import');
  const indexed = await run('plain-import', { textIndex: true });
  const speed = rate(sealed);
  return [
    {
      name: 'sealed ingest in process, synced, a core',
      value: speed,
      unit: 'MB/s',
      target: '≥ 55',
      met: speed >= 55,
    },
    ratio('  against plain columns', speed, rate(plain), 0.75),
    ratio('  against plain columns with a text index', speed, rate(indexed), 1.2),
    {
      name: '  events',
      value: sealed.result.events / sealed.cpu,
      unit: 'events/s',
      plain: plain.result.events / plain.cpu,
    },
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
    ...WORDS.flatMap((word, i) => [
      searched(
        `newest 100 with “${word}”, plain: LIKE`,
        sealed.result.searches[i]!,
        plain.result.searches[i]!,
      ),
      searched(
        `newest 100 with “${word}”, plain: text index`,
        sealed.result.searches[i]!,
        indexed.result.searches[i]!,
      ),
    ]),
    searched('open and verify the newest 1,000 rows', sealed.result.opened, plain.result.opened),
  ];
}

function searched(name: string, sealed: Timed, plain: Timed): Figure {
  return {
    name,
    value: sealed.seconds,
    unit: 's',
    plain: plain.seconds,
    ratio: sealed.seconds / plain.seconds,
  };
}

function ratio(name: string, value: number, plain: number, least: number): Figure {
  const by = value / plain;
  return { name, value, unit: 'MB/s', plain, ratio: by, target: `≥ ${least}`, met: by >= least };
}

function size(
  name: string,
  sealed: ChildResult<Imported>,
  plain: ChildResult<Imported>,
  most: number,
): Figure {
  const value = sealed.result.storedEach;
  const twin = plain.result.storedEach;
  const by = value / twin;
  return { name, value, unit: 'B/event', plain: twin, ratio: by, target: `≤ ${most}`, met: by <= most };
}
