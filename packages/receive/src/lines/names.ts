import type { Dialect } from '../dialects/dialect.ts';

/** Names of canonical members, which a JSON line may use directly. */
export const CANONICAL_NAMES: Dialect = {
  name: 'Tacet',
  fields: {
    service: ['service'],
    operation: ['operation'],
    severity: ['severity'],
    status: ['status'],
    provider: ['provider'],
    model: ['model'],
    duration_ns: ['duration_ns'],
    input_tokens: ['input_tokens'],
    output_tokens: ['output_tokens'],
    trace_id: ['trace_id'],
    span_id: ['span_id'],
    parent_span_id: ['parent_span_id'],
    conversation_id: ['conversation_id'],
    session_id: ['session_id'],
    user_id: ['user_id'],
    response_id: ['response_id'],
    finish_reasons: ['finish_reasons'],
    status_message: ['status_message'],
    body: ['body'],
    input: ['input'],
    output: ['output'],
  },
};

/**
 * What loggers call these members: pino, winston, bunyan, zap, zerolog, slog, structlog, Python's
 * logging, Serilog, logstash, ECS, GELF, journald, Docker, Google Cloud, OpenTelemetry's console and
 * ClickHouse exporters, and the `log_stream` table of the incident.
 */
export const LOGGER_NAMES: Dialect = {
  name: 'loggers',
  fields: {
    service: ['service.name', 'service_name', 'serviceName', 'ServiceName', '_service', 'SYSLOG_IDENTIFIER'],
    operation: ['span_name', 'spanName', 'SpanName', 'event.name', 'event_name', 'eventName', 'EventName'],
    severity: [
      'level',
      'log.level',
      'levelname',
      'lvl',
      'loglevel',
      'log_level',
      'severity_text',
      'severityText',
      'SeverityText',
      '@l',
    ],
    status: ['status_code', 'StatusCode', 'statusCode', 'status.status_code', 'status.code'],
    trace_id: ['traceId', 'TraceId', 'traceID', 'trace.id', 'otelTraceID', 'traceid'],
    span_id: ['spanId', 'SpanId', 'spanID', 'span.id', 'otelSpanID', 'spanid'],
    parent_span_id: ['parentSpanId', 'ParentSpanId', 'parent_id', 'parent.id'],
    conversation_id: ['conversationId', 'conversation.id'],
    session_id: ['sessionId', 'session.id'],
    user_id: ['userId', 'user.id', 'enduser.id'],
    duration_ns: ['durationNano', 'duration_nano'],
    status_message: ['statusMessage', 'StatusMessage', 'status.message', 'status.description'],
    body: [
      'message',
      'msg',
      'Body',
      'log',
      '@message',
      'MESSAGE',
      'textPayload',
      'jsonPayload',
      'full_message',
      'short_message',
      '@m',
      '@mt',
      'text',
      'line',
      'event',
    ],
  },
};

/** Members that hold the time, best first. */
export const TIME_NAMES = [
  'time',
  'timestamp',
  '@timestamp',
  'ts',
  '_time',
  'Timestamp',
  'timeUnixNano',
  'time_unix_nano',
  '@t',
  'datetime',
  'start_time',
  'startTime',
  'startTimeUnixNano',
  'start_time_unix_nano',
  'asctime',
  '__REALTIME_TIMESTAMP',
  '_timestamp',
  'date',
  'created',
  'created_at',
  'observed_timestamp',
  'observedTimestamp',
  'observedTimeUnixNano',
] as const;

/** Members that hold the end of a span. */
export const END_NAMES = ['end_time', 'endTime', 'endTimeUnixNano', 'end_time_unix_nano'] as const;

/** Members whose members are attributes. */
export const ATTRIBUTE_NAMES = [
  'attributes',
  'Attributes',
  'LogAttributes',
  'SpanAttributes',
  'log_attributes',
  'span_attributes',
] as const;

export const RESOURCE_NAMES = [
  'resource',
  'Resource',
  'ResourceAttributes',
  'resource_attributes',
  'resourceAttributes',
] as const;

export const SCOPE_NAMES = ['scope', 'Scope', 'instrumentationScope', 'instrumentation_scope'] as const;

/** Nanoseconds, in rows that have a span's id: the duration of ClickHouse's `otel_traces`. */
export const DURATION_NAMES = ['Duration'] as const;

/** OpenTelemetry severity numbers, 1 to 24. */
export const SEVERITY_NUMBER_NAMES = ['severity_number', 'severityNumber', 'SeverityNumber'] as const;

/** Members that may be objects holding, one level down, what dotted names say: `{"service": {"name": ...}}`. */
export const NESTED_NAMES = [
  'service',
  'log',
  'trace',
  'span',
  'parent',
  'user',
  'enduser',
  'session',
  'conversation',
  'event',
  'status',
  'context',
] as const;

/** Members that belong to a record of a model's request and answer, if it is one. */
export const CHAT_NAMES = [
  'messages',
  'prompt',
  'completion',
  'response',
  'answer',
  'choices',
  'request',
  'usage',
  'system',
  'tools',
  'functions',
] as const;

/** Members that come in pairs, `X.names` with `X.values`, as nested columns of ClickHouse do. */
export const PAIRED_COLUMNS = ['string', 'number', 'bool', 'int', 'float'] as const;
