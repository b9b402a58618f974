import type { Action } from '@tacet/access';

/**
 * Every route of the server and what the policy is asked for it. A route that does not stand here is
 * not answered, whatever handler it has; `open` ones hold no content and ask for nothing.
 */
export const ROUTES = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'open',
  'POST /v1/logs': 'ingest',
  'POST /v1/traces': 'ingest',
  'POST /v1/events': 'ingest',
  'GET /v1/sealed/authority': 'ingest',
  'POST /v1/sealed/sessions': 'ingest',
  'POST /v1/sealed/segments': 'ingest',
  'POST /v1/sealed/statements': 'ingest',
  'POST /v1/sealed/known': 'ingest',
  'GET /v1/authority': 'authority',
  'POST /v1/authority': 'certify',
  'POST /v1/plan': 'plan',
  'POST /v1/match': 'match',
  'POST /v1/release': 'release',
  'GET /v1/tokens': 'list-tokens',
  'POST /v1/tokens': 'create-token',
  'POST /v1/tokens/revoke': 'revoke-token',
} as const satisfies Record<string, Action | 'open'>;

export type Route = keyof typeof ROUTES;

/** The route of a request, if it is one. */
export function routeOf(method: string, path: string): Route | undefined {
  const route = `${method} ${path}`;
  return Object.hasOwn(ROUTES, route) ? (route as Route) : undefined;
}

/** Methods that a path has, for the `Allow` header of a 405; empty when the path is unknown. */
export function methodsOf(path: string): string[] {
  return Object.keys(ROUTES)
    .filter((route) => route.slice(route.indexOf(' ') + 1) === path)
    .map((route) => route.slice(0, route.indexOf(' ')));
}
