import { runChild } from './child.ts';
import type { Figure } from './figures.ts';
import { inFolder } from './folder.ts';
import { sample } from './sample.ts';

interface Timed {
  seconds: number;
  candidates: number;
}

const SEGMENTS = 100_000;

/** The blind match over 100,000 segments on both cores. */
export async function benchSearch(events: number): Promise<Figure[]> {
  const { result } = await inFolder((directory) =>
    runChild<{ rare: Timed; absent: Timed; both: Timed }>('blind-search', {
      file: sample(events),
      directory,
      segments: SEGMENTS,
    }),
  );
  const figure = (name: string, { seconds, candidates }: Timed): Figure => ({
    name: `blind match over ${SEGMENTS.toLocaleString('en')} segments, ${name} (${candidates} candidates)`,
    value: seconds,
    unit: 's',
    target: '≤ 0.15',
    met: seconds <= 0.15,
  });
  return [
    figure('a rare word', result.rare),
    figure('a word that is nowhere', result.absent),
    figure('two words', result.both),
  ];
}
