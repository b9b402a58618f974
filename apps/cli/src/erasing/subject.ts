import { type Event, TacetError } from '@tacet/records';
import { exactly, fieldOf, type Query } from '@tacet/search/query';

/** Whose rows go: an event is theirs when one of the fields has exactly the value. */
export interface Subject {
  /** `user.id=u-42`, a line each, sorted: one text for one subject. */
  text: string;
  fields: string[];
  query: Query;
  names: (event: Event) => boolean;
}

const MAX = 16;
const MAX_LENGTH = 512;
/** Whoever is named by these is everybody. */
const NOBODY = new Set(['time', 'kind', 'severity', 'status', 'duration', 'duration_ns', 'secrets']);

/** Reads `--subject` flags: `field=value`. Throws USAGE. */
export function parseSubject(flags: readonly string[]): Subject {
  if (flags.length === 0 || flags.length > MAX)
    throw new TacetError('USAGE', `--subject field=value is given 1 to ${MAX} times`);
  const pairs = [...new Set(flags)].sort().map((flag) => {
    const at = flag.indexOf('=');
    const [field, value] = [flag.slice(0, at), flag.slice(at + 1)];
    if (at < 1 || !/^[\w.-]{1,128}$/.test(field) || value === '' || flag.length > MAX_LENGTH)
      throw new TacetError('USAGE', '--subject takes field=value, as user.id=u-42');
    if (NOBODY.has(field) || fieldOf(field).kind === 'text')
      throw new TacetError('USAGE', `${field} names no person: use an id, as user.id=u-42`);
    return { field, value };
  });
  const tests = pairs.map(({ field, value }) => exactly(field, value));
  const clauses = pairs.map(({ field, value }): Query => ({ type: 'is', field, value }));
  return {
    text: pairs.map(({ field, value }) => `${field}=${value}`).join('\n'),
    fields: [...new Set(pairs.map(({ field }) => field))],
    query: clauses.length === 1 ? clauses[0]! : { type: 'or', of: clauses },
    names: (event) => tests.some((test) => test(event)),
  };
}
