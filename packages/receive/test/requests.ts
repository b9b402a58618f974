import { decodeRows, type Event } from '@tacet/records';
import { DEFAULT_LIMITS, type DecodedBatch, decodeOtlpBody, type Limits, type Signal } from '../src/index.ts';
import { encodeRequest, type Json } from './protobuf-writer.ts';

/** Time of receipt in tests: 2025-01-06T00:00:00Z. */
export const NOW = 1_736_121_600_000;

/** A JavaScript value as an AnyValue. */
export function anyOf(value: Json): { [kind: string]: Json } {
  if (value === null) return {};
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyOf) } };
  return { kvlistValue: { values: attributesOf(value) } };
}

/** An object as a list of `{key, value}`. */
export function attributesOf(members: { [key: string]: Json }): { [key: string]: Json }[] {
  return Object.entries(members).map(([key, value]) => ({ key, value: anyOf(value) }));
}

/** A request with these records, under a resource that names the service `app`. */
export function requestOf(
  signal: Signal,
  records: Json[],
  resource: { [key: string]: Json } = { 'service.name': 'app' },
) {
  const [groups, scopes, list] =
    signal === 'logs'
      ? ['resourceLogs', 'scopeLogs', 'logRecords']
      : ['resourceSpans', 'scopeSpans', 'spans'];
  return {
    [groups]: [{ resource: { attributes: attributesOf(resource) }, [scopes]: [{ [list]: records }] }],
  } as { [key: string]: Json };
}

/** A decoded batch with its rows as events. */
export function read({ rows, ...rest }: DecodedBatch) {
  return { events: decodeRows(rows), ...rest };
}

export function decodeBoth(
  signal: Signal,
  request: { [key: string]: Json },
  limits: Limits = DEFAULT_LIMITS,
): { json: ReturnType<typeof read>; protobuf: ReturnType<typeof read> } {
  const text = Buffer.from(JSON.stringify(request));
  return {
    json: read(decodeOtlpBody(signal, 'json', text, limits, NOW)),
    protobuf: read(decodeOtlpBody(signal, 'protobuf', encodeRequest(signal, request), limits, NOW)),
  };
}

/** The event of a request's only record, as protobuf gives it. */
export function eventOf(signal: Signal, record: Json, resource?: { [key: string]: Json }): Event {
  const { events } = decodeBoth(signal, requestOf(signal, [record], resource)).protobuf;
  return events[0]!;
}
