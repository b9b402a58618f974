import { TacetError } from '@tacet/records';
import { FACT_GROUPS, type FactsQuery } from '@tacet/store';
import type { App, AppParts } from '../app.ts';

const MOST_ROWS = 10_000;
const DEFAULT_ROWS = 100;

/** A whole number of the query string; undefined when it is not there. Throws REQUEST_INVALID. */
function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^-?\d{1,15}$/.test(text)) throw new TacetError('REQUEST_INVALID', `${name} is a whole number`);
  return Number(text);
}

/**
 * `GET /v1/facts?by=model&from=…&to=…&limit=…`: counts by a clear column, for analysts, who need no
 * key. Whoever is limited to services sees those only.
 */
export function routeFacts(app: App, { stores, policy, config, now }: AppParts): void {
  app.get('/v1/facts', async (c) => {
    const principal = c.get('principal');
    const { workspace } = config;
    const { services } = principal;
    policy.authorize(principal, 'count', { workspace }, services ? { services } : {}, now());
    const by = FACT_GROUPS.find((group) => group === (c.req.query('by') ?? 'service'));
    if (!by) throw new TacetError('REQUEST_INVALID', `by is one of ${FACT_GROUPS.join(', ')}`);
    const limit = numberOf('limit', c.req.query('limit')) ?? DEFAULT_ROWS;
    if (limit < 1 || limit > MOST_ROWS)
      throw new TacetError('REQUEST_INVALID', `limit is from 1 to ${MOST_ROWS}`);
    const query: FactsQuery = {
      workspace,
      from: numberOf('from', c.req.query('from')),
      to: numberOf('to', c.req.query('to')),
      by,
      services,
      limit,
    };
    return c.json({ by, facts: await stores.log.facts(query) });
  });
}
