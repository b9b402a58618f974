import { SEVERITIES } from '@tacet/audit/watching';
import { TacetError } from '@tacet/records';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';

const Id = z.string().regex(/^[0-9a-f]{32}$/);
const name = (most: number) => z.string().min(1).max(most);
/** What one run may bring, in bytes. */
const MAX_RUN = 16 * 1024 * 1024;
const MAX_COVERED = 200_000;
const LISTED_RUNS = 200;

const Place = z.strictObject({
  file: name(4_096),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
  setting: z.string().max(500).optional(),
  excerpt: z.string().max(400).optional(),
});

/** As packages/audit/src/finding.ts has it. */
const Finding = z.strictObject({
  check: z
    .string()
    .max(100)
    .regex(/^[a-z0-9-]+$/),
  fingerprint: Id,
  source: z.enum(['probe', 'configuration', 'cloud']),
  subject: name(2_000),
  title: name(500),
  severity: z.enum(SEVERITIES),
  why: z.string().max(4_000),
  fix: z.string().max(4_000),
  references: z.array(z.string().max(2_000)).max(20),
  proof: z.strictObject({ request: z.string().max(8_000), reply: z.string().max(8_000) }).optional(),
  readable: z
    .array(
      z.strictObject({
        kind: name(100),
        name: z.string().max(500),
        count: z.number().optional(),
        bytes: z.number().optional(),
      }),
    )
    .max(100)
    .optional(),
  causes: z.array(Place).max(50).optional(),
});

/** A list of targets by its name; what this server finds of itself has a name of its own. */
const Scope = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/)
  .refine((scope) => scope !== 'self' && scope !== 'reports');

const Begin = z.strictObject({ scope: Scope });
const Renew = z.strictObject({ id: Id });
const Finish = z.strictObject({
  id: Id,
  complete: z.boolean(),
  findings: z.array(Finding).max(10_000),
  covered: z
    .array(
      z.union([
        z.strictObject({ check: name(100), subject: name(2_000).optional() }),
        z.strictObject({ subject: name(2_000) }),
      ]),
    )
    .max(MAX_COVERED),
  targets: z.array(name(500)).max(10_000),
});
const Accept = z.strictObject({
  fingerprint: Id,
  reason: z
    .string()
    .trim()
    .min(3)
    .max(500)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]+$/u),
  /** Unix seconds. */
  until: z.int().positive(),
});

const Answer = z.strictObject({ fingerprint: Id, state: z.enum(['confirmed', 'fixed', 'declined']) });

/**
 * What audits found, and by whose word it may stay: `GET /v1/audit/findings`, `GET /v1/audit/runs`,
 * `POST /v1/audit/accept`; a run by a command: `POST /v1/audit/runs`, `…/renew`, `…/finish`; one of this
 * installation: `POST /v1/audit/self`. What outsiders wrote: `GET /v1/audit/reports`, `POST /v1/audit/answer`.
 */
export function routeAudit(app: App, parts: AppParts): void {
  const { audits, selfAudit, reports, stores, config } = parts;

  app.get('/v1/audit/findings', async (c) => {
    const [findings, users, tokens] = await Promise.all([
      audits.list(),
      stores.control.users(config.workspace),
      stores.control.listTokens(config.workspace),
    ]);
    const names = new Map<string, string>();
    for (const { id, label, role } of tokens) names.set(id, label ?? `${role} token`);
    for (const user of users) names.set(user.id, user.name);
    return c.json({
      findings: findings.map(({ accepted, ...finding }) => ({
        ...finding,
        ...(accepted && { accepted: { ...accepted, name: names.get(accepted.by) ?? accepted.by } }),
      })),
    });
  });

  app.get('/v1/audit/runs', async (c) => c.json({ runs: await audits.runs(LISTED_RUNS) }));

  app.post('/v1/audit/runs', async (c) => {
    const { scope } = await readJson(c, parts, Begin);
    return c.json({ id: await audits.begin(scope) });
  });

  app.post('/v1/audit/runs/renew', async (c) => {
    await audits.renew((await readJson(c, parts, Renew)).id);
    return c.json({});
  });

  app.post('/v1/audit/runs/finish', async (c) => {
    const { id, ...found } = await readJson(c, parts, Finish, MAX_RUN);
    const whole = found as Parameters<typeof audits.finish>[1];
    return c.json(await audits.finish(id, whole, c.get('principal').id));
  });

  app.post('/v1/audit/self', async (c) => c.json(await selfAudit.run(c.get('principal').id)));

  app.get('/v1/audit/reports', async (c) => {
    const finding = Id.safeParse(c.req.query('finding'));
    if (!finding.success) throw new TacetError('REQUEST_INVALID', 'finding is the fingerprint of one');
    return c.json({ reports: await reports.of(finding.data) });
  });

  app.post('/v1/audit/answer', async (c) => {
    const { fingerprint, state } = await readJson(c, parts, Answer);
    await reports.answer(c.get('principal'), fingerprint, state);
    return c.json({ fingerprint, state });
  });

  app.post('/v1/audit/accept', async (c) => {
    const { fingerprint, reason, until } = await readJson(c, parts, Accept);
    await audits.accept(c.get('principal'), fingerprint, { reason, until });
    return c.json({ fingerprint, until });
  });
}
