import { hashSecret, parseToken, type TokenRecord, verifyToken } from '@tacet/access';
import type { Accepted } from '@tacet/gateway';
import { RemoteWriter, type WriterState } from '@tacet/gateway/remote';
import { DEFAULT_LIMITS } from '@tacet/receive';
import { TacetError } from '@tacet/records';
import { Hono, type MiddlewareHandler } from 'hono';
import type { App, IntakeParts } from '../app.ts';
import { bearer, type Variables } from '../guard.ts';
import { answerError } from '../http/failure.ts';
import { securityHeaders } from '../http/headers.ts';
import { loopbackOnly } from '../http/host.ts';
import { ByteBudget } from '../intake/budget.ts';
import { Intake } from '../intake/intake.ts';
import { ResendRegister } from '../intake/resends.ts';
import { measure } from '../metrics/measure.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { routeEvents } from '../routes/events.ts';
import { routeHealth } from '../routes/health.ts';
import { routeOtlp } from '../routes/otlp.ts';

const MIB = 1024 * 1024;
/** A resend can come this long after the first, and so from before this process began. */
const RESENDS_MS = 2 * 3_600_000;

export interface StandaloneOptions {
  state: WriterState;
  /** The server that stores, by its URL. */
  to: string;
  fetch?: (request: Request) => Response | Promise<Response>;
  now?: () => number;
  warn?: (text: string) => void;
  behindProxy?: boolean;
  /** Of all requests together that are not yet durable; 128 unless told. */
  inFlightMegabytes?: number;
}

export interface Standalone {
  app: App;
  writer: RemoteWriter;
  /** Makes everything accepted durable at the server and ends the session. */
  close(): Promise<void>;
}

/**
 * A gateway beside the apps: receives as a server does, seals, and sends to the server. It answers once
 * the server has stored; until then its client holds the events, so nothing is kept on this disk.
 */
export function openStandalone(options: StandaloneOptions): Standalone {
  const { state, to } = options;
  const now = options.now ?? Date.now;
  const warn = options.warn ?? (() => {});
  const budget = new ByteBudget((options.inFlightMegabytes ?? 128) * MIB);
  const resends = new ResendRegister<Accepted>();
  const writer = new RemoteWriter({
    url: to,
    state,
    ...(options.fetch && { fetch: options.fetch }),
    stored: (segments) => {
      metrics.segments.add(segments.length);
      for (const { batches } of segments) resends.stored(batches, now());
    },
    now,
    warn,
  });
  const metrics = createMetrics({
    inFlightBytes: () => budget.used,
    healthy: () => (writer.gateway.failing ? 0 : 1),
  });
  const register = askingFirst(resends, writer, now);
  const intake = new Intake({
    gateway: writer.gateway,
    register,
    secret: state.resend,
    budget,
    metrics,
    // The server asks its policy; here there is none.
    allow: () => {},
    now,
  });
  const parts: IntakeParts = { intake: async () => intake, metrics, budget, limits: DEFAULT_LIMITS, now };

  const app: App = new Hono();
  app.use(securityHeaders);
  app.use(measure(metrics));
  if (!options.behindProxy) app.use(loopbackOnly);
  app.use(onlyWith(state, now));
  app.onError((error, c) => answerError(error, c, warn));
  app.notFound(() => {
    throw new TacetError('ROUTE_UNKNOWN', 'there is nothing here');
  });
  routeHealth(app, parts, async () => {
    if (writer.gateway.failing) return writer.gateway.failing.code;
    return writer.authority().then(
      () => undefined,
      (error) => (error instanceof TacetError ? error.code : 'INTERNAL'),
    );
  });
  routeOtlp(app, parts);
  routeEvents(app, parts);
  return { app, writer, close: () => writer.close() };
}

const OPEN: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics']);

/** Clients show the token that this gateway holds itself: they can be pointed at the server and back. */
function onlyWith({ token }: WriterState, now: () => number): MiddlewareHandler<{ Variables: Variables }> {
  const { id, secret, workspace, role } = parseToken(token);
  const record: TokenRecord = { id, role, workspace, hash: hashSecret(secret), created: 0 };
  return async (c, next) => {
    if (!OPEN.has(c.req.path)) {
      const shown = parseToken(bearer(c));
      verifyToken(shown, shown.id === id ? record : undefined, Math.floor(now() / 1000));
      c.set('principal', { type: 'token', id, role, workspace });
    }
    await next();
  };
}

/**
 * A register that asks the server about batches it has not seen, for as long as a resend may be of one
 * that another process, now gone, had stored.
 */
function askingFirst(
  register: ResendRegister<Accepted>,
  writer: RemoteWriter,
  now: () => number,
): Pick<ResendRegister<Accepted>, 'once'> {
  const until = performance.now() + RESENDS_MS;
  return {
    once: async (marks, at, store, outcome) => {
      if (performance.now() < until && !marks.some((mark) => register.isKnown(mark))) {
        const known = await writer.known(marks);
        register.stored(
          marks.filter((_, i) => known[i]),
          now(),
        );
      }
      return register.once(marks, at, store, outcome);
    },
  };
}
