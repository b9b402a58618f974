import type { MiddlewareHandler } from 'hono';
import { routeOf } from '../routes/table.ts';
import type { Metrics } from './metrics.ts';

/** Counts answers and their time by route; paths that are no route count as one. */
export function measure(metrics: Metrics): MiddlewareHandler {
  return async (c, next) => {
    const started = performance.now();
    await next();
    const route = routeOf(c.req.method, c.req.path) ?? 'none';
    metrics.requests.add(1, route, `${c.res.status}`);
    metrics.seconds.observe((performance.now() - started) / 1000, route);
  };
}
