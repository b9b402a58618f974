import type { Action } from '@tacet/access';

/**
 * Every route of the server and what the policy is asked for it. A route that does not stand here is
 * not answered, whatever handler it has; `open` ones hold no content and ask for nothing.
 */
export const ROUTES = {
  'GET /healthz': 'open',
  'GET /readyz': 'open',
  'GET /metrics': 'open',
  'GET /.well-known/security.txt': 'open',
  'GET /report': 'open',
  'POST /report': 'open',
  'GET /report/*': 'open',
  'GET /report-key.txt': 'open',
  'GET /sign-in': 'open',
  'GET /enrol': 'open',
  'GET /account': 'open',
  'GET /assets/pages.css': 'open',
  'GET /assets/pages.js': 'open',
  'GET /assets/webauthn.js': 'open',
  'POST /v1/enrol/begin': 'open',
  'POST /v1/enrol/finish': 'open',
  'GET /oidc/login': 'open',
  'GET /oidc/callback': 'open',
  'GET /v1/sign-in': 'open',
  'POST /v1/sign-in/password': 'open',
  'POST /v1/sign-in/passkey/begin': 'open',
  'POST /v1/sign-in/passkey/finish': 'open',
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
  'GET /v1/keyrings': 'keyrings',
  'POST /v1/keyrings': 'keyrings',
  'POST /v1/plan': 'plan',
  'POST /v1/match': 'match',
  'POST /v1/release': 'release',
  'GET /v1/facts': 'count',
  'GET /v1/erasures': 'list-erasures',
  'POST /v1/erasures': 'erase-rows',
  'POST /v1/erasures/approve': 'approve-erasure',
  'POST /v1/erasures/sessions': 'erase-rows',
  'POST /v1/erasures/segments': 'erase-rows',
  'POST /v1/erasures/emptied': 'erase-rows',
  'POST /v1/erasures/finish': 'erase-rows',
  'GET /v1/tokens': 'list-tokens',
  'POST /v1/tokens': 'create-token',
  'POST /v1/tokens/revoke': 'revoke-token',
  'POST /v1/trail/manifests': 'manifests',
  'POST /v1/trail/segments': 'trail',
  'GET /v1/trail/checkpoint': 'trail',
  'GET /v1/trail/witnessed/*': 'trail',
  'GET /v1/trail/tile/*': 'trail',
  'GET /v1/trail/openings': 'trail-texts',
  'GET /v1/approvals': 'list-approvals',
  'POST /v1/approvals': 'decide-approval',
  'GET /v1/users': 'list-users',
  'POST /v1/users': 'create-user',
  'POST /v1/users/link': 'link-user',
  'POST /v1/users/disable': 'disable-user',
  'GET /v1/audit/findings': 'list-findings',
  'GET /v1/audit/runs': 'list-findings',
  'POST /v1/audit/runs': 'record-audit',
  'POST /v1/audit/runs/renew': 'record-audit',
  'POST /v1/audit/runs/finish': 'record-audit',
  'POST /v1/audit/self': 'record-audit',
  'POST /v1/audit/accept': 'accept-finding',
  'GET /v1/audit/reports': 'list-findings',
  'POST /v1/audit/answer': 'answer-report',
  'GET /v1/account': 'own-account',
  'POST /v1/account/sign-out': 'own-account',
  'POST /v1/account/sessions/end': 'own-account',
  'POST /v1/account/passkeys/begin': 'own-account',
  'POST /v1/account/passkeys/finish': 'own-account',
} as const satisfies Record<string, Action | 'open'>;

export type Route = keyof typeof ROUTES;

/** Routes that stand for every path below theirs. */
const BELOW = (Object.keys(ROUTES) as Route[]).filter((route) => route.endsWith('/*'));

const covers = (route: string, path: string) => path.startsWith(route.slice(route.indexOf(' ') + 1, -1));

/** The route of a request, if it is one. */
export function routeOf(method: string, path: string): Route | undefined {
  const route = `${method} ${path}`;
  if (Object.hasOwn(ROUTES, route)) return route as Route;
  return BELOW.find((below) => below.startsWith(`${method} `) && covers(below, path));
}

/** Methods that a path has, for the `Allow` header of a 405; empty when the path is unknown. */
export function methodsOf(path: string): string[] {
  return Object.keys(ROUTES)
    .filter(
      (route) =>
        route.slice(route.indexOf(' ') + 1) === path || (route.endsWith('/*') && covers(route, path)),
    )
    .map((route) => route.slice(0, route.indexOf(' ')));
}
