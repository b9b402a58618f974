import { readFileSync } from 'node:fs';
import type { Event } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import type { Case } from '../../cases/case.ts';
import { genAiCases, genAiOlderCases } from '../../cases/gen-ai.ts';
import { frameworkCases, langfuseCases, plainCases } from '../../cases/langfuse.ts';
import { openInferenceCases } from '../../cases/openinference.ts';
import { traceloopCases } from '../../cases/traceloop.ts';
import { vercelCases } from '../../cases/vercel.ts';
import { anyOf, attributesOf, decodeBoth, NOW, requestOf } from '../../test/requests.ts';
import { eventFromJson } from '../lines/index.ts';
import { DIALECTS } from './index.ts';

const TABLES: { [dialect: string]: Case[] } = {
  'OpenTelemetry GenAI': genAiCases,
  'OpenTelemetry GenAI, up to 1.36': genAiOlderCases,
  'Vercel AI SDK': vercelCases,
  OpenInference: openInferenceCases,
  'Traceloop OpenLLMetry': traceloopCases,
  Langfuse: langfuseCases,
  'Pydantic AI, MLflow, Google ADK': frameworkCases,
  OpenTelemetry: plainCases,
};

function expected(wanted: Case): Event {
  return {
    time: '1736121600000000000',
    kind: wanted.signal === 'logs' ? 'log' : 'span',
    service: 'app',
    operation: '',
    severity: '',
    status: '',
    provider: '',
    model: '',
    ...wanted.event,
  };
}

function recordOf({ attributes, body, eventName, spanEvents }: Case) {
  return {
    attributes: attributesOf(attributes ?? {}),
    ...(body === undefined ? {} : { body: anyOf(body) }),
    ...(eventName === undefined ? {} : { eventName }),
    ...(spanEvents === undefined
      ? {}
      : {
          events: spanEvents.map((event) => ({
            name: event.name,
            attributes: attributesOf(event.attributes),
          })),
        }),
  };
}

describe.each(Object.entries(TABLES))('%s', (_dialect, cases) => {
  it.each(cases)('$name', (wanted) => {
    const { json, protobuf } = decodeBoth(
      wanted.signal ?? 'traces',
      requestOf(wanted.signal ?? 'traces', [recordOf(wanted)]),
    );
    expect(protobuf.events).toEqual([expected(wanted)]);
    expect(json).toEqual(protobuf);
  });

  it.each(cases.filter((wanted) => !wanted.eventName && !wanted.spanEvents && wanted.body === undefined))(
    '$name, as a JSON line',
    (wanted) => {
      const line = { service: 'app', time: '2025-01-06T00:00:00Z', attributes: wanted.attributes ?? {} };
      expect(eventFromJson(line, { now: NOW })).toEqual({ ...expected(wanted), kind: 'log' });
    },
  );
});

it('every dialect has cases', () => {
  expect(Object.keys(TABLES).sort()).toEqual(DIALECTS.map((dialect) => dialect.name).sort());
});

it('docs/receiving.md names every attribute', () => {
  const page = readFileSync(new URL('../../../../docs/receiving.md', import.meta.url), 'utf8');
  for (const { first, fields, flattened, parts, unpack } of DIALECTS) {
    const sources = [first ?? {}, fields ?? {}].flatMap((table) => Object.values(table).flat());
    const names = sources.map((source) => (typeof source === 'string' ? source : source.json));
    names.push(...Object.values(flattened ?? {}).flat(), ...Object.keys(unpack ?? {}));
    names.push(...Object.values(parts ?? {}).flatMap((table) => Object.keys(table)));
    for (const name of names) expect(page).toContain(`\`${name}\``);
  }
});

it('an attribute that a dialect lists is one of its own, not lost to an earlier table', () => {
  const seen = new Map<string, string>();
  for (const { name, first, fields } of DIALECTS) {
    for (const source of [first ?? {}, fields ?? {}].flatMap((table) => Object.values(table).flat())) {
      const attribute = typeof source === 'string' ? source : source.json;
      expect(seen.get(attribute), attribute).toBeUndefined();
      seen.set(attribute, name);
    }
  }
});
