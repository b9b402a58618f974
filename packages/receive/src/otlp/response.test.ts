import { ProtobufLogsSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { ERROR_CODES, type ErrorCode, TacetError } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { otlpError, otlpResponse, RETRIED_STATUSES } from './response.ts';
import { WireReader } from './wire.ts';

const json = (body: Uint8Array) => JSON.parse(Buffer.from(body).toString());

describe('success', () => {
  it('is an empty message', () => {
    expect(otlpResponse('logs', 'protobuf')).toEqual({
      status: 200,
      headers: { 'content-type': 'application/x-protobuf' },
      body: new Uint8Array(0),
    });
    expect(json(otlpResponse('traces', 'json').body)).toEqual({});
  });

  it('names what was refused', () => {
    const outcome = { rejected: 300, message: 'EVENT_TOO_DEEP (300): …' };
    expect(json(otlpResponse('logs', 'json', outcome).body)).toEqual({
      partialSuccess: { rejectedLogRecords: '300', errorMessage: outcome.message },
    });
    expect(json(otlpResponse('traces', 'json', outcome).body).partialSuccess.rejectedSpans).toBe('300');
    const logs = ProtobufLogsSerializer.deserializeResponse(otlpResponse('logs', 'protobuf', outcome).body);
    expect(logs).toMatchObject({ partialSuccess: { errorMessage: outcome.message } });
    expect(Number(logs.partialSuccess?.rejectedLogRecords)).toBe(300);
    const spans = ProtobufTraceSerializer.deserializeResponse(
      otlpResponse('traces', 'protobuf', outcome).body,
    );
    expect(Number(spans.partialSuccess?.rejectedSpans)).toBe(300);
  });
});

describe('failure', () => {
  it('is a Status in the encoding of the request', () => {
    const error = new TacetError('BODY_TOO_LARGE', 'too large');
    expect(otlpError(error, 'json')).toMatchObject({
      status: 413,
      headers: { 'content-type': 'application/json' },
    });
    expect(json(otlpError(error, 'json').body)).toEqual({ code: 8, message: 'BODY_TOO_LARGE: too large' });
    const wire = new WireReader(otlpError(error, 'protobuf').body);
    expect([wire.tag(), wire.varint(), wire.tag(), wire.string(), wire.more()]).toEqual([
      8,
      8,
      18,
      'BODY_TOO_LARGE: too large',
      false,
    ]);
  });

  it('asks for another try only where clients give one', () => {
    expect(otlpError(new TacetError('BUSY', 'busy'), 'json', 2.5).headers['retry-after']).toBe('3');
    expect(otlpError(new TacetError('JSON_INVALID', 'bad'), 'json').headers['retry-after']).toBeUndefined();
  });

  it.each(Object.keys(ERROR_CODES) as ErrorCode[])('%s is retried if it says so', (code) => {
    const { status, retry } = ERROR_CODES[code];
    if (retry) expect(RETRIED_STATUSES.has(status)).toBe(true);
  });

  it('tells nothing of an unknown error', () => {
    const reply = otlpError(new Error('row 5: secret'), 'json');
    expect(reply.status).toBe(500);
    expect(Buffer.from(reply.body).toString()).not.toContain('secret');
  });
});
