import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';

const Decision = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{32}$/),
  /** Rows that may be read beyond the budget, within a day; 0 denies. */
  rows: z.int().min(0).max(1_000_000_000),
});

/** `GET /v1/approvals` and `POST /v1/approvals`: what waits for a second person, and that person's word. */
export function routeApprovals(app: App, parts: AppParts): void {
  const { readings } = parts;
  app.get('/v1/approvals', async (c) => c.json({ approvals: await readings.list() }));
  app.post('/v1/approvals', async (c) => {
    const { id, rows } = await readJson(c, parts, Decision);
    const state = rows > 0 ? 'approved' : 'denied';
    await readings.decide(c.get('principal'), id, state, rows);
    return c.json({ id, state, ...(rows > 0 && { rows }) });
  });
}
