import type { Policy } from '@tacet/access';
import type { Gateway } from '@tacet/gateway';
import type { Limits } from '@tacet/receive';
import { TacetError } from '@tacet/records';
import type { Trail } from '@tacet/trail';
import { Hono } from 'hono';
import type { Config } from './directory/config.ts';
import { type Gatekeeper, guard, type Variables } from './guard.ts';
import { answerError } from './http/failure.ts';
import { securityHeaders } from './http/headers.ts';
import { loopbackOnly } from './http/host.ts';
import type { ByteBudget } from './intake/budget.ts';
import type { Intake } from './intake/intake.ts';
import { measure } from './metrics/measure.ts';
import type { Metrics } from './metrics/metrics.ts';
import { routeEvents } from './routes/events.ts';
import { routeHealth } from './routes/health.ts';
import { routeOtlp } from './routes/otlp.ts';
import { routeSearch } from './routes/search.ts';
import { routeTokens } from './routes/tokens.ts';
import type { Stores } from './stores.ts';

/** What the routes work with. */
export interface AppParts {
  config: Config;
  policy: Policy;
  gatekeeper: Gatekeeper;
  stores: Stores;
  trail: Trail;
  intake: () => Promise<Intake>;
  gateway: () => Gateway | undefined;
  metrics: Metrics;
  budget: ByteBudget;
  limits: Limits;
  now: () => number;
  warn: (text: string) => void;
  behindProxy: boolean;
}

export type App = Hono<{ Variables: Variables }>;

/**
 * The server as a function from requests to answers. Every request passes, in this order: security
 * headers, the measuring of time, the host check, the guard (route, token, policy, purpose).
 */
export function buildApp(parts: AppParts): App {
  const app: App = new Hono();
  app.use(securityHeaders);
  app.use(measure(parts.metrics));
  if (!parts.behindProxy) app.use(loopbackOnly);
  app.use(guard(parts.gatekeeper));
  app.onError((error, c) => answerError(error, c, parts.warn));
  // The guard has answered what is no route; a route without a handler is a mistake of ours.
  app.notFound(() => {
    throw new TacetError('ROUTE_UNKNOWN', 'there is nothing here');
  });
  routeHealth(app, parts);
  routeOtlp(app, parts);
  routeEvents(app, parts);
  routeSearch(app, parts);
  routeTokens(app, parts);
  return app;
}
