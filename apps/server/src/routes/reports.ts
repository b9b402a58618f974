import { codeOf, TacetError } from '@tacet/records';
import type { Context } from 'hono';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { formPage, problemPage, statusPage, unknownPage } from '../auditing/pages.ts';
import type { Submission } from '../auditing/reports.ts';
import { securityTxt } from '../auditing/security-txt.ts';
import { Address } from '../auditing/settings.ts';
import { readBody } from '../http/body.ts';
import { readJson } from '../http/json.ts';
import { addressOf, originOf, requireOwnOrigin } from '../people/origin.ts';

/** What a report may weigh on its way, in bytes: escapes in a form treble what is encrypted. */
const MAX_BODY = 256 * 1024;
const FORM = 'application/x-www-form-urlencoded';
const BEGIN = '-----BEGIN AGE ENCRYPTED FILE-----';
const END = '-----END AGE ENCRYPTED FILE-----';

/** Pages without any script; the form goes to this server alone. */
const PAGE_HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "style-src 'self'",
    'img-src data:',
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  // Without a referrer browsers say of a form that it comes from nowhere.
  'Referrer-Policy': 'same-origin',
};

const line = (least: number, most: number) =>
  z
    .string()
    .trim()
    .min(least)
    .max(most)
    .regex(/^[^\p{Cc}\p{Zl}\p{Zp}\p{Cs}]*$/u);
/** An empty field of a form is one that was left out. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional());

const Report = z
  .strictObject({
    title: line(3, 200),
    where: optional(line(1, 500)),
    details: optional(z.string().trim().max(20_000)),
    encrypted: optional(
      z
        .string()
        .trim()
        .max(65_536)
        .transform((text) => text.replaceAll('\r\n', '\n'))
        .refine((text) => isArmored(text)),
    ),
    email: optional(z.string().trim().pipe(Address)),
  })
  .refine(({ details, encrypted }) => details !== undefined || encrypted !== undefined, {
    path: ['details'],
  });

/** An age file in its armor: no words of anybody's can be in it but base64. */
function isArmored(text: string): boolean {
  const lines = text.split('\n');
  if (lines[0] !== BEGIN || lines.at(-1) !== END) return false;
  const inner = lines.slice(1, -1);
  if (inner.length === 0 || !inner.every((one) => /^[A-Za-z0-9+/]{1,64}={0,2}$/.test(one))) return false;
  return Buffer.from(inner.join(''), 'base64').toString('latin1', 0, 22) === 'age-encryption.org/v1\n';
}

const PROBLEMS: Record<string, string> = {
  title: 'Say in 3 to 200 characters what it is.',
  where: 'The address has at most 500 characters, on one line.',
  details: 'Describe it, in at most 20,000 characters, or send it encrypted.',
  encrypted: 'The encrypted report is not an age file in its armor (age -a), or too large.',
  email: 'The e-mail address does not look like one.',
};

/**
 * For people without an account: `/.well-known/security.txt`, the form at `/report`, `POST /report` of the form or of JSON, and
 * `/report/ID`, where a reporter sees what becomes of it. `/report-key.txt` is what a report can be encrypted to.
 */
export function routeReports(app: App, parts: AppParts): void {
  const { reports, reach, config, now } = parts;
  const settings = config.audit ?? {};
  const open = settings.reports === false ? undefined : (settings.reports ?? {});
  const recipient = open && 'recipient' in open ? open.recipient : undefined;
  const missing = (what: string) => new TacetError('REPORTS_CLOSED', what);
  const html = (c: Context, text: string, status: 200 | 400 | 404 | 429 = 200) =>
    c.html(text, status, PAGE_HEADERS);

  app.get('/.well-known/security.txt', (c) => {
    const text = securityTxt(settings, originOf(c, reach), now());
    if (text === undefined) throw missing('no contact is named, and no https leads here');
    return c.text(text, 200, { 'Content-Type': 'text/plain; charset=utf-8' });
  });

  app.get('/report-key.txt', (c) => {
    if (recipient === undefined) throw missing('no recipient is named for encrypted reports');
    return c.text(`${recipient}\n`);
  });

  app.get('/report', (c) => {
    if (!open) throw missing('this server takes no reports');
    // Browsers give back what was typed into a page only if they may keep it; this one holds nothing yet.
    c.header('Cache-Control', 'no-cache');
    return html(c, formPage(reports.answerDays, recipient));
  });

  app.post('/report', async (c) => {
    if (c.req.header('origin') !== undefined || c.req.header('sec-fetch-site') !== undefined)
      requireOwnOrigin(c, reach);
    const isForm = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase() === FORM;
    try {
      reports.admit(addressOf(c, reach));
      const written = check(
        isForm ? await readForm(c, parts) : await readJson(c, parts, z.unknown(), MAX_BODY),
      );
      if (written.encrypted !== undefined && recipient === undefined)
        throw new TacetError(
          'REQUEST_INVALID',
          'Nothing encrypted is taken here: nobody is named who could read it.',
        );
      const { origin } = originOf(c, reach);
      const status = await reports.receive(written, (id) => `${origin}/report/${id}`);
      if (isForm) return c.redirect(`/report/${status.id}`, 303);
      return c.json({ ...status, page: `${origin}/report/${status.id}` }, 201);
    } catch (error) {
      if (!isForm || !(error instanceof TacetError) || error.status >= 500) throw error;
      return html(c, problemPage(error.message), error.status as 400);
    }
  });

  app.get('/report/*', async (c) => {
    const status = reports.status(c.req.path.slice('/report/'.length));
    if (!c.req.header('accept')?.includes('text/html')) return c.json(await status);
    return status.then(
      (found) => html(c, statusPage(found)),
      (error) => {
        if (codeOf(error) !== 'REPORT_UNKNOWN') throw error;
        return html(c, unknownPage(), 404);
      },
    );
  });
}

function check(value: unknown): Submission {
  const parsed = Report.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = String(parsed.error.issues[0]?.path[0] ?? '');
  throw new TacetError(
    'REQUEST_INVALID',
    PROBLEMS[field] ?? 'a report has title, where, details, encrypted and email',
  );
}

async function readForm(c: Context, parts: Pick<AppParts, 'budget'>): Promise<unknown> {
  const lease = parts.budget.lease();
  try {
    const body = await readBody(c, MAX_BODY, lease);
    const fields = new URLSearchParams(Buffer.from(body).toString('utf8'));
    return Object.fromEntries(fields);
  } finally {
    lease.release();
  }
}
