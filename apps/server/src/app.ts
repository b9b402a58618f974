import type { Policy } from '@tacet/access';
import type { Accepted, Gateway } from '@tacet/gateway';
import type { Limits } from '@tacet/receive';
import { TacetError } from '@tacet/records';
import type { Trail } from '@tacet/trail';
import { Hono } from 'hono';
import type { Auditing } from './auditing/open.ts';
import type { AuthorityChanges } from './authority-changes.ts';
import type { Config } from './directory/config.ts';
import type { Erasures } from './erasing/erasures.ts';
import type { FailureLog } from './failures.ts';
import { type Gatekeeper, guard, type Variables } from './guard.ts';
import { answerError } from './http/failure.ts';
import { securityHeaders, strictTransport } from './http/headers.ts';
import { loopbackOnly } from './http/host.ts';
import type { ByteBudget } from './intake/budget.ts';
import type { Intake } from './intake/intake.ts';
import type { ResendRegister } from './intake/resends.ts';
import { measure } from './metrics/measure.ts';
import type { Metrics } from './metrics/metrics.ts';
import { addressOf } from './people/origin.ts';
import type { PeopleParts } from './people/people.ts';
import type { Readings } from './people/readings.ts';
import { routeAccount } from './routes/account.ts';
import { routeApprovals } from './routes/approvals.ts';
import { routeAudit } from './routes/audit.ts';
import { routeErasures } from './routes/erasures.ts';
import { routeEvents } from './routes/events.ts';
import { routeFacts } from './routes/facts.ts';
import { problemOf, routeHealth } from './routes/health.ts';
import { routeKeys } from './routes/keys.ts';
import { routeOidc } from './routes/oidc.ts';
import { routeOtlp } from './routes/otlp.ts';
import { routePages } from './routes/pages.ts';
import { routeReports } from './routes/reports.ts';
import { routeSealed } from './routes/sealed.ts';
import { routeSearch } from './routes/search.ts';
import { routeSignIn } from './routes/sign-in.ts';
import { routeTokens } from './routes/tokens.ts';
import { routeTrail } from './routes/trail.ts';
import { routeUsers } from './routes/users.ts';
import type { SealedDesk } from './sealed/desk.ts';
import type { Stores } from './stores.ts';

/** What the routes work with. */
export interface AppParts extends PeopleParts, Auditing {
  config: Config;
  policy: Policy;
  gatekeeper: Gatekeeper;
  stores: Stores;
  trail: Trail;
  authority: AuthorityChanges;
  intake: () => Promise<Intake>;
  gateway: () => Gateway | undefined;
  /** The way in for what was sealed elsewhere. */
  desk: SealedDesk;
  erasures: Erasures;
  /** Which batches are stored, of the last two hours. */
  register: () => Promise<ResendRegister<Accepted>>;
  readings: Readings;
  metrics: Metrics;
  failures: FailureLog;
  budget: ByteBudget;
  limits: Limits;
  now: () => number;
  warn: (text: string) => void;
}

/** What the routes work with that take events in, in a server and in a gateway without one. */
export type IntakeParts = Pick<AppParts, 'intake' | 'metrics' | 'budget' | 'limits' | 'now'>;

/** Statuses of attempts that are counted in the trail: nobody known, or not allowed. */
const REFUSED = new Set([401, 403]);

export type App = Hono<{ Variables: Variables }>;

/**
 * The server as a function from requests to answers. Every request passes, in this order: security
 * headers, the measuring of time, the host check, the guard (route, token or session, policy, purpose).
 */
export function buildApp(parts: AppParts): App {
  const app: App = new Hono();
  app.use(securityHeaders);
  if (parts.reach.tls) app.use(strictTransport);
  app.use(measure(parts.metrics));
  // With TLS a browser has checked the name itself.
  if (!parts.reach.behindProxy && !parts.reach.tls) app.use(loopbackOnly);
  app.use(guard(parts));
  app.onError((error, c) => {
    if (error instanceof TacetError && REFUSED.has(error.status))
      parts.failures.note(error.code, addressOf(c, parts.reach));
    return answerError(error, c, parts.warn);
  });
  // The guard has answered what is no route; a route without a handler is a mistake of ours.
  app.notFound(() => {
    throw new TacetError('ROUTE_UNKNOWN', 'there is nothing here');
  });
  routeHealth(
    app,
    parts,
    () => problemOf(parts),
    () => parts.audits.lastOpen,
  );
  routeOtlp(app, parts);
  routeEvents(app, parts);
  routeSealed(app, parts);
  routeErasures(app, parts);
  routeSearch(app, parts);
  routeFacts(app, parts);
  routeTokens(app, parts);
  routeKeys(app, parts);
  routeTrail(app, parts);
  routeUsers(app, parts);
  routeApprovals(app, parts);
  routeAudit(app, parts);
  routeReports(app, parts);
  routePages(app);
  routeSignIn(app, parts);
  routeAccount(app, parts);
  routeOidc(app, parts);
  return app;
}
