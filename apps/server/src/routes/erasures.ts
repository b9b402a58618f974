import { TacetError } from '@tacet/records';
import { ERASURE_ROUTES, SEALED_LIMITS } from '@tacet/search/wire';
import type { Context } from 'hono';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';
import { readRecord, readSegments } from './sealed.ts';

const Id = z.string().regex(/^[0-9a-f]{32}$/);
const Signed = z.strictObject({
  text: z.string().max(16_384),
  key: z.base64().length(44),
  signature: z.base64().length(88),
});
const Order = z.strictObject({ request: Signed, sealed: z.base64().max(8_192) });
const Approve = z.strictObject({ id: Id, approval: Signed });
const Emptied = z.strictObject({ id: Id, segments: z.array(Id).min(1).max(1_000) });
const Finish = z.strictObject({ id: Id });

/** Erasing a person's rows; see ERASURE_ROUTES. Reasons for asking and for agreeing go to the trail. */
export function routeErasures(app: App, parts: AppParts): void {
  const { erasures } = parts;
  const erasureOf = (c: Context): string => {
    const id = Id.safeParse(c.req.query('id'));
    if (!id.success) throw new TacetError('REQUEST_INVALID', 'name the erasure: ?id=');
    return id.data;
  };

  app.get(ERASURE_ROUTES.erasures, (c) => c.json({ erasures: erasures.list() }));
  app.post(ERASURE_ROUTES.erasures, async (c) => {
    const order = await readJson(c, parts, Order);
    return c.json(await erasures.request(c.get('principal'), order));
  });
  app.post(ERASURE_ROUTES.approve, async (c) => {
    const { id, approval } = await readJson(c, parts, Approve);
    return c.json(await erasures.approve(c.get('principal'), id, approval));
  });
  app.post(ERASURE_ROUTES.sessions, async (c) => {
    await erasures.openSession(erasureOf(c), await readRecord(c, parts, SEALED_LIMITS.recordBytes));
    return c.body(null, 204);
  });
  app.post(ERASURE_ROUTES.segments, async (c) =>
    c.json(await readSegments(c, parts, (segments) => erasures.replace(erasureOf(c), segments))),
  );
  app.post(ERASURE_ROUTES.emptied, async (c) => {
    const { id, segments } = await readJson(c, parts, Emptied);
    return c.json(await erasures.emptied(id, segments));
  });
  app.post(ERASURE_ROUTES.finish, async (c) => {
    const { id } = await readJson(c, parts, Finish);
    return c.json(await erasures.finish(c.get('principal'), id));
  });
}
