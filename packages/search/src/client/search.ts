import { TacetError } from '@tacet/records';
import { parseQuery } from '../query/parse.ts';
import type { SearchOptions, SearchRun } from './options.ts';
import { Run } from './run.ts';

const DEFAULT_LIMIT = 100;

/**
 * Searches: plans on the client, lets the server match blindly, has candidates released in small
 * batches, verifies and opens them, and evaluates the whole query on plain rows here. Results come
 * strictly newest first. A segment that fails a check is reported and never shown, not in part either.
 *
 * Throws at once what `parseQuery` throws and QUERY_TIME for a wrong range; while iterating, what the
 * server throws, ROOT_MISMATCH and other codes of `verifyAuthority`, and the signal's reason.
 */
export function search(options: SearchOptions): SearchRun {
  const query = typeof options.query === 'string' ? parseQuery(options.query) : options.query;
  const { from, to, limit = DEFAULT_LIMIT } = options;
  for (const time of [from, to])
    if (time !== undefined && !Number.isSafeInteger(time))
      throw new TacetError('QUERY_TIME', 'a time is given in whole seconds since 1970');
  if (from !== undefined && to !== undefined && from > to)
    throw new TacetError('QUERY_TIME', 'the range of time ends before it begins');
  if (!(limit >= 1)) throw new TacetError('QUERY_RANGE', 'a search gives at least one result');
  return new Run(options, query, limit);
}
