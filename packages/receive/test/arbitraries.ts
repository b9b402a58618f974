import fc from 'fast-check';
import type { Json } from './protobuf-writer.ts';
import { requestOf } from './requests.ts';

/** Texts that are JSON, nearly JSON, or hard to write as JSON. */
const TEXTS = [
  ...[
    '',
    'x',
    'info',
    'NOTICE',
    '12',
    ':x',
    'a"b\\c',
    '\0\b\t\n\f\r\u001f\u007f\u2028',
    '🎼中文',
    'x'.repeat(700),
  ],
  ...['[{"role":"user","content":"x"}]', '[{"role": "user", "parts": []}]', '{"messages":[{"a":"b"}]}'],
  ...[
    '{"prompt":"x"}',
    '{"type":"text"}',
    '[{"type":"text"}]',
    '[{"x":1}]',
    '[1]',
    ' [1] ',
    '[]',
    '{}',
    '[',
    '{]',
  ],
  ...['{"a":":"}', '{"a":1,"a":2}', '{"1":1}', '{"__proto__":1}', '[1e5]', '[-0]', '[0.5,12345678901234567]'],
];
const text = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.string({ unit: 'binary', maxLength: 12 }).map((value) => value.toWellFormed()),
);
const int = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  fc.constantFrom(
    0n,
    7n,
    -1n,
    2n ** 53n - 1n,
    2n ** 53n,
    1n - 2n ** 53n,
    -(2n ** 53n),
    2n ** 63n - 1n,
    -(2n ** 63n),
  ),
);
const double = fc.oneof(
  fc.double(),
  fc.constantFrom(0.7, -0, 12, -3.5, 1e21, 2 ** 53, 2 ** 53 + 2, 5e-324, 1e-7),
);

/** An AnyValue as OTLP/JSON. */
export const anyJson = fc.letrec<{ value: { [kind: string]: Json } }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    int.map((value) => ({ intValue: value.toString() })),
    double.map((value) => ({ doubleValue: Number.isFinite(value) ? value : String(value) })),
    fc.uint8Array({ maxLength: 20 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString('base64') })),
    fc.constant({}),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(
        fc.record({
          key: fc.oneof(
            fc.constantFrom('a', 'b', 'c', ''),
            fc.constantFrom('__proto__', 'constructor', 'tacet.duplicates'),
          ),
          value: tie('value'),
        }),
        { maxLength: 4 },
      )
      .map((values) => ({ kvlistValue: { values } })),
  ),
})).value;

/** Names of attributes: of fields, of their older forms, and such as JavaScript makes hard. */
export const NAMES = [
  ...[
    'a',
    'b',
    '',
    '12',
    'k"q',
    '中',
    '__proto__',
    'constructor',
    'tacet.duplicates',
    'otel.flags',
    'span.kind',
  ],
  ...['user.id', 'enduser.id', 'session.id', 'service.name', 'event.name', 'gen_ai.operation.name'],
  ...[
    'gen_ai.request.model',
    'gen_ai.response.model',
    'gen_ai.usage.input_tokens',
    'gen_ai.usage.prompt_tokens',
  ],
  ...[
    'gen_ai.input.messages',
    'gen_ai.output.messages',
    'gen_ai.system_instructions',
    'gen_ai.tool.definitions',
  ],
  ...['gen_ai.tool.call.arguments', 'gen_ai.response.finish_reasons', 'gen_ai.prompt.0.content'],
  ...[
    'gen_ai.prompt.0.content.x',
    'ai.response.text',
    'ai.response.toolCalls',
    'llm.input_messages.0.message.role',
  ],
  ...['langfuse.observation.usage_details', 'langfuse.observation.level'],
];
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('c', 'd', 'e', 'f', 'http.route') },
  { weight: 2, arbitrary: fc.constantFrom(...NAMES) },
  { weight: 1, arbitrary: fc.string() },
);
const attributes = fc.array(fc.record({ key: name, value: anyJson }), { maxLength: 5 });
const nanos = fc.oneof(
  fc.bigInt(1n, 2n ** 64n - 1n).map(String),
  fc.constantFrom('1', '5', '18446744073709551615'),
);
const hex = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => Buffer.from(bytes).toString('hex'));
const optional = <T extends Record<string, fc.Arbitrary<unknown>>>(model: T) =>
  fc.record(model, { requiredKeys: [] }) as unknown as fc.Arbitrary<{ [key: string]: Json }>;

const log = optional({
  timeUnixNano: nanos,
  observedTimeUnixNano: nanos,
  severityNumber: fc.integer({ min: 0, max: 30 }),
  severityText: text,
  body: anyJson,
  attributes,
  droppedAttributesCount: fc.nat(9),
  flags: fc.nat(300),
  traceId: hex(16),
  spanId: hex(8),
  eventName: fc.oneof(text, fc.constantFrom('gen_ai.choice', 'gen_ai.user.message')),
});
const span = optional({
  traceId: hex(16),
  spanId: hex(8),
  parentSpanId: hex(8),
  traceState: text,
  name: text,
  kind: fc.nat(7),
  startTimeUnixNano: nanos,
  endTimeUnixNano: nanos,
  attributes,
  events: fc.array(
    optional({
      timeUnixNano: nanos,
      name: fc.constantFrom('x', 'gen_ai.choice', 'gen_ai.content.prompt'),
      attributes,
    }),
    { maxLength: 3 },
  ),
  links: fc.array(
    optional({ traceId: hex(16), spanId: hex(8), traceState: text, attributes, flags: fc.nat(300) }),
    { maxLength: 2 },
  ),
  status: optional({ code: fc.nat(3), message: text }),
  flags: fc.nat(300),
  droppedEventsCount: fc.nat(3),
  droppedLinksCount: fc.nat(3),
});

/** Requests of up to four records, as OTLP/JSON. */
export const requests = fc.oneof(
  fc.array(log, { maxLength: 4 }).map((records) => ['logs', requestOf('logs', records)] as const),
  fc.array(span, { maxLength: 4 }).map((records) => ['traces', requestOf('traces', records)] as const),
);

/** Flips bits of a body, or cuts it. */
export const damages = fc
  .array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), bit: fc.nat(7), cut: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => (sound: Uint8Array) => {
    let body = Buffer.from(sound);
    for (const { at, bit, cut } of all) {
      const index = Math.floor(at * body.length);
      if (cut) body = body.subarray(0, index);
      else if (index < body.length) body[index]! ^= 1 << bit;
    }
    return body;
  });
