import { runChild } from './child.ts';
import type { Figure } from './figures.ts';
import { inFolder } from './folder.ts';
import { sample } from './sample.ts';

interface Day {
  events: number;
  bytesIn: number;
  segments: number;
  stored: number;
  most: number;
  cpuEach: number;
  search: number;
}

/** Simulated hours: TACET_BENCH_HOURS makes it shorter, as every half minute of it is a synced insert. */
const HOURS = Number(process.env.TACET_BENCH_HOURS ?? 24);

/** A slow day: five events a second, a restart at noon, a new epoch in the evening. */
export async function benchSlowDay(events: number): Promise<Figure[]> {
  const file = sample(events);
  const { result, seconds } = await inFolder((directory) =>
    runChild<Day>('slow-day', { file, directory, hours: HOURS }),
  );
  return [
    {
      name: `slow day: ${result.events.toLocaleString('en')} events in ${HOURS} simulated hours`,
      value: seconds,
      unit: 's',
    },
    {
      name: '  stored, and of source',
      value: result.stored / result.events,
      unit: 'B/event',
      plain: result.bytesIn / result.events,
    },
    { name: '  processor time of an export of 150 events, all threads', value: result.cpuEach, unit: 's' },
    { name: '  segments at the end', value: result.segments, unit: '' },
    { name: '  segments at most, every ten minutes', value: result.most, unit: '' },
    { name: '  search of the day for a word, newest 100', value: result.search, unit: 's' },
  ];
}
