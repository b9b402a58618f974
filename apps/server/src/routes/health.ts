import { SEVERITIES, type Severity } from '@tacet/audit/watching';
import { codeOf } from '@tacet/records';
import type { App, AppParts } from '../app.ts';

/** How long one look at the stores answers for: scrapers and strangers cannot make it a load. */
const REMEMBER_MS = 1_000;
const PATIENCE_MS = 2_000;

/**
 * `/healthz`: the process lives. `/readyz`: it can do its work, else 503 with the code of what is wrong,
 * as `look` gives it, and how many findings the audits left `open`: a server with findings is ready. `/metrics`: numbers for Prometheus. They ask for no token and hold no content.
 */
export function routeHealth(
  app: App,
  parts: Pick<AppParts, 'now' | 'metrics'>,
  look: () => Promise<string | undefined>,
  open: () => Record<Severity, number> | undefined = () => undefined,
): void {
  app.get('/healthz', (c) => c.text('ok\n'));

  let looked: { until: number; problem: Promise<string | undefined> } | undefined;
  app.get('/readyz', async (c) => {
    const now = parts.now();
    if (!looked || looked.until <= now) looked = { until: now + REMEMBER_MS, problem: look() };
    const problem = await looked.problem;
    const counts = open();
    const audit = counts ? `audit: ${SEVERITIES.map((name) => `${name} ${counts[name]}`).join(', ')}\n` : '';
    if (problem === undefined) return c.text(`ok\n${audit}`);
    return c.text(`${problem}\n`, 503, { 'Retry-After': '5' });
  });

  app.get('/metrics', (c) =>
    c.body(parts.metrics.registry.render(), 200, {
      'Content-Type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  );
}

/** The code of what keeps a server from storing and releasing; undefined when nothing does. */
export async function problemOf({ stores, gateway }: AppParts): Promise<string | undefined> {
  const failing = gateway()?.failing;
  if (failing) return failing.code;
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('STORE_UNAVAILABLE'), PATIENCE_MS);
  });
  const look = async () => {
    try {
      await stores.log.contains([new Uint8Array(16)]);
      await stores.control.getMeta('ready');
    } catch (error) {
      return codeOf(error) ?? 'INTERNAL';
    }
  };
  return Promise.race([look(), patience]).finally(() => clearTimeout(timer));
}
