import { runChild } from './child.ts';
import type { Figure } from './figures.ts';
import { inFolder } from './folder.ts';
import { sample } from './sample.ts';

/** OTLP/HTTP protobuf into a listening server, sealed and synced; the sender's time is not counted. */
export async function benchHttp(events: number): Promise<Figure[]> {
  const file = sample(events);
  const warm = sample(2 * events, 2);
  const { result, cpu, peak } = await inFolder((directory) =>
    runChild<{ events: number; bytesIn: number }>('otlp-http', { file, warm, directory }),
  );
  const speed = result.bytesIn / 1e6 / cpu;
  return [
    {
      name: 'OTLP/HTTP protobuf, synced, a core of the server',
      value: speed,
      unit: 'MB/s',
      target: '≥ 25',
      met: speed >= 25,
    },
    { name: '  events', value: result.events / cpu, unit: 'events/s' },
    { name: '  peak memory of the server', value: peak / 1e6, unit: 'MB', target: '< 1000', met: peak < 1e9 },
  ];
}
