import { codeOf, TacetError } from '@tacet/records';
import { MAX_ADD_CHECKPOINT, type Witness } from '@tacet/trail';
import { Hono } from 'hono';
import { readBody } from '../http/body.ts';
import { securityHeaders } from '../http/headers.ts';
import { ByteBudget } from '../intake/budget.ts';

/** Bytes of all requests at a time. */
const BUDGET = 16 * 1024 * 1024;

/**
 * The HTTP interface of a witness (c2sp.org/tlog-witness): `POST /add-checkpoint` and, for monitors,
 * `GET /<origin hash>/checkpoint`. It asks for no token: the signature on the checkpoint is what counts.
 */
export function witnessApp(witness: Witness, warn: (text: string) => void): Hono {
  const app = new Hono();
  const budget = new ByteBudget(BUDGET);
  app.use(securityHeaders);
  app.onError((error, c) => {
    const known = error instanceof TacetError ? error : new TacetError('INTERNAL', 'an internal error');
    if (known.status >= 500) warn(`${codeOf(error) ?? 'INTERNAL'}: a checkpoint was not cosigned`);
    return c.text(`${known.code}\n`, known.status as 500);
  });
  app.post('/add-checkpoint', async (c) => {
    const lease = budget.lease();
    try {
      const bytes = await readBody(c, MAX_ADD_CHECKPOINT, lease);
      const { status, body, type } = await witness.addCheckpoint(Buffer.from(bytes).toString('utf8'));
      return c.body(body, status, { 'Content-Type': type ?? 'text/plain; charset=utf-8' });
    } finally {
      lease.release();
    }
  });
  app.get('/:hash/checkpoint', async (c) => {
    const note = await witness.checkpoint(c.req.param('hash'));
    return note === undefined ? c.text('nothing of this log\n', 404) : c.text(note);
  });
  return app;
}
