// What the example of the README goes on to do in the test: logs and spans with the texts that are planted.
import { readFileSync } from 'node:fs';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import { logs } from '@opentelemetry/api-logs';

const texts = JSON.parse(readFileSync(process.env.TEXTS, 'utf8'));
const logger = logs.getLogger('shop');
for (const [at, text] of texts.entries()) {
  const span = trace.getTracer('shop').startSpan('answer', { attributes: { 'user.note': text } });
  if (at % 3 === 0) {
    span.recordException(new Error(`no answer to ${text}`));
    span.setStatus({ code: SpanStatusCode.ERROR, message: text });
  }
  span.end();
  logger.emit({ body: at % 2 === 0 ? text : { said: { list: [text] } }, attributes: { at } });
}
