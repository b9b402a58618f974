import { SearchService, searchRoutes } from '@tacet/search/server';
import type { App, AppParts } from '../app.ts';

/**
 * The reading routes. The guard has settled token, policy and purpose; the service asks the policy
 * again for each of its methods, so that neither alone is what keeps a reader out.
 */
export function routeSearch(app: App, { stores, trail, policy, readings }: AppParts): void {
  const service = new SearchService({
    logs: stores.log,
    control: stores.control,
    trail,
    policy,
    readings,
  });
  app.route(
    '/',
    searchRoutes(service, (c) => c.get('principal')),
  );
}
