import { checkPurpose } from '@tacet/access';
import { TacetError } from '@tacet/records';
import {
  httpSearchServer,
  search as runSearch,
  type SearchProblem,
  type SearchProgress,
  type SearchRun,
} from '@tacet/search/client';
import { parseQuery } from '@tacet/search/query';
import type { VerifierKey } from '@tacet/trail';
import { type Connection, connectDirectory, connectUrl } from '../connect.ts';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { findIdentity, findToken, type Named, profileEntry } from '../profile/locate.ts';
import { pinned } from '../profile/pin.ts';
import { type Place, placesOf } from '../searching/excerpt.ts';
import { parseMoment } from '../searching/moment.ts';
import { showEvent } from '../searching/show.ts';
import { progressBar } from '../terminal/progress.ts';
import { harmless, painter } from '../terminal/text.ts';
import { readKey } from '../trailing/place.ts';

export interface SearchCommandOptions extends Named {
  dir?: string;
  /** A time or a URL; given at most once each. */
  to?: string[];
  from?: string;
  limit: string;
  purpose?: string;
  /** The trail's public key, or a file that holds it. */
  trailKey?: string;
  json?: boolean;
}

const MAX_LIMIT = 1_000_000;
const isUrl = (text: string) => /^https?:\/\//i.test(text);

/** `tacet search`: plans, matches blindly, opens and shows, newest first. */
export async function search(text: string, options: SearchCommandOptions, io: Io): Promise<number> {
  const purpose = checkPurpose(options.purpose);
  const query = parseQuery(text);
  const times = (options.to ?? []).filter((value) => !isUrl(value));
  const urls = (options.to ?? []).filter(isUrl);
  if (times.length > 1 || urls.length + (options.dir === undefined ? 0 : 1) !== 1)
    throw new TacetError('USAGE', 'say where: either --dir D or --to URL');
  const now = Date.now();
  const range = {
    ...(options.from !== undefined && { from: parseMoment('--from', options.from, now).first }),
    ...(times[0] !== undefined && { to: parseMoment('--to', times[0], now).last }),
  };
  const limit = wholeNumber('--limit', options.limit, 1, MAX_LIMIT);
  const connection =
    options.dir !== undefined ? await connectDirectory(options.dir, io) : connectUrl(urls[0] ?? '');
  try {
    const entry = await profileEntry(io.env, connection.rootHash);
    const token = await findToken('reader', options, io.env, entry);
    const identity = pinned(await findIdentity(options, io, entry), token);
    const run = runSearch({
      server: serverOf(connection, token),
      identity,
      query,
      ...range,
      limit,
      purpose,
      trailKey: await knownTrailKey(options, entry?.trailKey, io),
      signal: io.stop,
      onProgress: (progress) => report.progress(progress),
      onProblem: (problem) => report.problem(problem),
    });
    const report = await reporter(io, options.json === true);
    const shown = { places: placesOf(query), json: options.json === true, before: report.stop };
    return await show(run, shown, io).finally(report.stop);
  } finally {
    await connection.close();
  }
}

/**
 * The key by which segments must be named in the trail; without one it is said that nobody checks.
 * Throws TRAIL_KEY_INVALID.
 */
async function knownTrailKey(
  options: SearchCommandOptions,
  known: string | undefined,
  io: Io,
): Promise<VerifierKey | undefined> {
  const given = options.trailKey ?? known;
  if (given !== undefined) return readKey(given);
  const warning =
    'no public key of the trail is known here (--trail-key): whether it names what is shown is not checked';
  io.stderr.write(options.json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
  return undefined;
}

/** The client's view of a connection: requests go through the connection's own `fetch`. */
function serverOf(connection: Connection, token: string) {
  return httpSearchServer({ url: connection.base, token, fetch: connection.send });
}

/** Says once that a search scans, how far it is, and what could not be shown. */
async function reporter(io: Io, json: boolean) {
  const bar = await progressBar(io.stderr, 'scanning', 0, (segments) => `${segments} segments opened`);
  const say = (facts: object, text: string) => {
    bar.stop();
    io.stderr.write(`${json ? JSON.stringify(facts) : `tacet: ${harmless(text)}`}\n`);
  };
  let told = false;
  return {
    progress: ({ scans, opened, shown, events }: SearchProgress) => {
      if (!scans) return;
      if (!told)
        say(
          { scans: { events } },
          `no word of this query is in the index: every segment in the range is opened (${events} events in all)`,
        );
      told = true;
      bar.update(opened, `${shown} found`);
    },
    problem: (problem: SearchProblem) => {
      const { code, message, segment, session } = problem;
      const where = segment ? ` (segment ${segment})` : session ? ` (session ${session})` : '';
      say({ problem }, `${code}: ${message}${where}`);
    },
    stop: () => bar.stop(),
  };
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
    io.stderr.write(`tacet: ${shown} event${shown === 1 ? '' : 's'}${more}\n`);
  }
  return problems.length > 0 || !complete ? STATUS.problem : STATUS.done;
}
