import type { SearchRun } from '@tacet/search/client';
import { parseQuery } from '@tacet/search/query';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { type Place, placesOf } from '../searching/excerpt.ts';
import { type ReadingOptions, withReading } from '../searching/reading.ts';
import { reporter } from '../searching/reporter.ts';
import { showEvent } from '../searching/show.ts';
import { countText, painter } from '../terminal/text.ts';

export interface SearchCommandOptions extends ReadingOptions {
  limit: string;
}

const MAX_LIMIT = 1_000_000;

/** `tacet search`: plans, matches blindly, opens and shows, newest first. */
export async function search(text: string, options: SearchCommandOptions, io: Io): Promise<number> {
  const query = parseQuery(text);
  const limit = wholeNumber('--limit', options.limit, 1, MAX_LIMIT);
  const json = options.json === true;
  return withReading(options, io, async (reading) => {
    const report = await reporter(io, json, { title: 'scanning', always: false });
    const run = reading.search(query, { limit, onProgress: report.progress, onProblem: report.problem });
    return show(run, { places: placesOf(query), json, before: report.stop }, io).finally(report.stop);
  });
}

/** Writes events as they come; `before` makes room on the terminal. */
async function show(
  run: SearchRun,
  { places, json, before }: { places: Place[]; json: boolean; before: () => void },
  io: Io,
): Promise<number> {
  const paint = painter(io.stdout, io.env);
  let shown = 0;
  for await (const { event } of run) {
    const text = json ? `${JSON.stringify(event)}\n` : showEvent(event, places, paint);
    before();
    if (!io.stdout.write(text)) await new Promise((resolve) => io.stdout.once('drain', resolve));
    shown++;
  }
  before();
  const { limited, problems, complete } = run.summary;
  if (!json) {
    const more = limited ? '; there may be more (--limit)' : '';
    io.stderr.write(`tacet: ${countText(shown, 'event')}${more}\n`);
  }
  return problems.length > 0 || !complete ? STATUS.problem : STATUS.done;
}
