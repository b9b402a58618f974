import { decodeOtlpBody, decompress, otlpEncoding, otlpResponse, type Signal } from '@tacet/receive';
import { release } from '@tacet/records';
import type { App, IntakeParts } from '../app.ts';
import { readBody } from '../http/body.ts';

/** Paths whose errors are answered as OTLP clients read them: a Status in the request's encoding. */
export const OTLP_PATHS: ReadonlyMap<string, Signal> = new Map([
  ['/v1/logs', 'logs'],
  ['/v1/traces', 'traces'],
]);

/**
 * OTLP/HTTP 1.x: `POST /v1/logs` and `/v1/traces`, protobuf and JSON. 200 once what was taken is
 * durable; records over a limit are counted in `partial_success` and never sent again; a body that
 * was stored before gets the same answer again.
 */
export function routeOtlp(app: App, parts: IntakeParts): void {
  for (const [path, signal] of OTLP_PATHS) {
    app.post(path, async (c) => {
      const encoding = otlpEncoding(c.req.header('content-type'));
      const lease = parts.budget.lease();
      try {
        const sent = await readBody(c, parts.limits.bodyBytes, lease);
        const body = await decompress(sent, c.req.header('content-encoding'), parts.limits);
        if (body !== sent) {
          lease.grow(body.length);
          release(sent);
        }
        const { rows, rejected, reasons, message } = decodeOtlpBody(
          signal,
          encoding,
          body,
          parts.limits,
          parts.now(),
        );
        const intake = await parts.intake();
        const principal = c.get('principal');
        const stored = intake.accept(
          { principal, source: signal, identity: body, events: rows, bytes: body.length },
          lease,
        );
        // Its rows and marks are made; waiting for them to be durable needs nothing of it.
        release(body);
        await stored;
        for (const { code, count } of reasons) parts.metrics.refused.add(count, code);
        const reply = otlpResponse(signal, encoding, { rejected, ...(message !== undefined && { message }) });
        return c.body(reply.body, reply.status as 200, reply.headers);
      } catch (error) {
        lease.release();
        throw error;
      }
    });
  }
}
