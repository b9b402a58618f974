import type { Signal } from '../src/otlp/batch.ts';

/** OTLP/JSON as the tests write it; encoded below by the proto files' field numbers. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Members = { [key: string]: Json };

export function varint(value: bigint | number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

export function key(number: number, type: number): number[] {
  return varint(number * 8 + type);
}

export function bytesField(number: number, value: Uint8Array | number[] | string): number[] {
  const bytes = typeof value === 'string' ? [...Buffer.from(value)] : [...value];
  return [...key(number, 2), ...varint(bytes.length), ...bytes];
}

export function varintField(number: number, value: bigint | number): number[] {
  return [...key(number, 0), ...varint(value)];
}

function fixed64(number: number, value: bigint): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return [...key(number, 1), ...bytes];
}

function fixed32(number: number, value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return [...key(number, 5), ...bytes];
}

function double(number: number, value: number): number[] {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return [...key(number, 1), ...bytes];
}

const list = (value: Json | undefined) => (value ?? []) as Members[];
const each = (value: Json | undefined, number: number, write: (item: Members) => number[]) =>
  list(value).flatMap((item) => bytesField(number, write(item)));
const text = (number: number, value: Json | undefined) =>
  value === undefined ? [] : bytesField(number, value as string);
const id = (number: number, value: Json | undefined) =>
  value === undefined ? [] : bytesField(number, Buffer.from(value as string, 'hex'));
const time = (number: number, value: Json | undefined) =>
  value === undefined ? [] : fixed64(number, BigInt(value as string));
const count = (number: number, value: Json | undefined) =>
  value === undefined ? [] : varintField(number, value as number);

export function anyValue(value: Members): number[] {
  const [name, inner] = Object.entries(value)[0] ?? ['', null];
  switch (name) {
    case 'stringValue':
      return bytesField(1, inner as string);
    case 'boolValue':
      return varintField(2, inner ? 1 : 0);
    case 'intValue':
      return varintField(3, BigInt(inner as string));
    case 'doubleValue':
      return double(4, typeof inner === 'string' ? Number(inner) : (inner as number));
    case 'arrayValue':
      return bytesField(5, each((inner as Members).values, 1, anyValue));
    case 'kvlistValue':
      return bytesField(6, each((inner as Members).values, 1, keyValue));
    case 'bytesValue':
      return bytesField(7, Buffer.from(inner as string, 'base64'));
    default:
      return [];
  }
}

export function keyValue(entry: Members): number[] {
  return [...bytesField(1, entry.key as string), ...bytesField(2, anyValue(entry.value as Members))];
}

function logRecord(log: Members): number[] {
  return [
    ...time(1, log.timeUnixNano),
    ...time(11, log.observedTimeUnixNano),
    ...count(2, log.severityNumber),
    ...text(3, log.severityText),
    ...(log.body === undefined ? [] : bytesField(5, anyValue(log.body as Members))),
    ...each(log.attributes, 6, keyValue),
    ...count(7, log.droppedAttributesCount),
    ...(log.flags === undefined ? [] : fixed32(8, log.flags as number)),
    ...id(9, log.traceId),
    ...id(10, log.spanId),
    ...text(12, log.eventName),
  ];
}

function span(record: Members): number[] {
  const status = record.status as Members | undefined;
  return [
    ...id(1, record.traceId),
    ...id(2, record.spanId),
    ...text(3, record.traceState),
    ...id(4, record.parentSpanId),
    ...text(5, record.name),
    ...count(6, record.kind),
    ...time(7, record.startTimeUnixNano),
    ...time(8, record.endTimeUnixNano),
    ...each(record.attributes, 9, keyValue),
    ...count(10, record.droppedAttributesCount),
    ...each(record.events, 11, (event) => [
      ...time(1, event.timeUnixNano),
      ...text(2, event.name),
      ...each(event.attributes, 3, keyValue),
      ...count(4, event.droppedAttributesCount),
    ]),
    ...count(12, record.droppedEventsCount),
    ...each(record.links, 13, (link) => [
      ...id(1, link.traceId),
      ...id(2, link.spanId),
      ...text(3, link.traceState),
      ...each(link.attributes, 4, keyValue),
      ...count(5, link.droppedAttributesCount),
      ...(link.flags === undefined ? [] : fixed32(6, link.flags as number)),
    ]),
    ...count(14, record.droppedLinksCount),
    ...(status ? bytesField(15, [...text(2, status.message), ...count(3, status.code)]) : []),
    ...(record.flags === undefined ? [] : fixed32(16, record.flags as number)),
  ];
}

/** An ExportLogsServiceRequest or ExportTraceServiceRequest, given as OTLP/JSON, in protobuf. */
export function encodeRequest(signal: Signal, request: Members): Uint8Array {
  const logs = signal === 'logs';
  const groups = each(request[logs ? 'resourceLogs' : 'resourceSpans'], 1, (group) => {
    const resource = group.resource as Members | undefined;
    return [
      ...(resource
        ? bytesField(1, [
            ...each(resource.attributes, 1, keyValue),
            ...count(2, resource.droppedAttributesCount),
          ])
        : []),
      ...each(group[logs ? 'scopeLogs' : 'scopeSpans'], 2, (scopeGroup) => {
        const scope = scopeGroup.scope as Members | undefined;
        return [
          ...(scope
            ? bytesField(1, [
                ...text(1, scope.name),
                ...text(2, scope.version),
                ...each(scope.attributes, 3, keyValue),
                ...count(4, scope.droppedAttributesCount),
              ])
            : []),
          ...each(scopeGroup[logs ? 'logRecords' : 'spans'], 2, logs ? logRecord : span),
          ...text(3, scopeGroup.schemaUrl),
        ];
      }),
      ...text(3, group.schemaUrl),
    ];
  });
  return Uint8Array.from(groups);
}
