import { parseArgs } from 'node:util';
import { TacetError } from '@tacet/records';
import { wholeNumber } from '../options.ts';

export interface DemoOptions {
  events: number;
  /** Undefined: the usual one, or any free one when that is taken. */
  port: number | undefined;
  /** Stops when everything has been shown. */
  exit: boolean;
  /** Made anew each time; what an earlier demo left there is removed. */
  directory: string;
}

export const USAGE = `npm start -- [--events N] [--port P] [--dir D] [--exit]
  --events N   how many sample events to take in (100000)
  --port P     where to listen (4318, or any free port when that is taken)
  --dir D      where the demo keeps everything (.tacet-demo)
  --exit       stop when everything has been shown`;

/** Throws USAGE on anything that is not in the text above. */
export function parseOptions(argv: string[]): DemoOptions {
  let values: { events?: string; port?: string; dir?: string; exit?: boolean };
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        events: { type: 'string' },
        port: { type: 'string' },
        dir: { type: 'string' },
        exit: { type: 'boolean' },
      },
    }));
  } catch {
    throw new TacetError('USAGE', USAGE);
  }
  return {
    events: wholeNumber('--events', values.events ?? '100000', 1, 100_000_000),
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port, 0, 65_535),
    exit: values.exit === true,
    directory: values.dir ?? '.tacet-demo',
  };
}
