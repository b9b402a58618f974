import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Event } from '@tacet/records';
import { httpSearchServer, search } from '@tacet/search/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../apps/server/src/testing/server.ts';

const SECOND = 1_767_225_645;
const POLICY = {
  profile: 'strict',
  attributes: {
    service: 'sealed',
    duration_ns: 'sealed',
    'user.id': 'dropped',
    'client.address': 'dropped',
    'resource.host.name': 'dropped',
  },
};

/** A span whose values an attacker would like to know exactly. */
const SPANS = {
  resourceSpans: [
    {
      resource: {
        attributes: [
          { key: 'service.name', value: { stringValue: 'customer-acme' } },
          { key: 'host.name', value: { stringValue: 'host-of-acme' } },
        ],
      },
      scopeSpans: [
        {
          spans: [
            {
              name: 'chat',
              startTimeUnixNano: `${SECOND}123000000`,
              endTimeUnixNano: `${SECOND + 2}123000000`,
              attributes: [
                { key: 'user.id', value: { stringValue: 'user-4711' } },
                { key: 'client.address', value: { stringValue: '10.4.7.11' } },
                { key: 'gen_ai.request.model', value: { stringValue: 'gpt-5' } },
                { key: 'gen_ai.usage.input_tokens', value: { intValue: '777' } },
                { key: 'note', value: { stringValue: 'a parcel' } },
              ],
            },
          ],
        },
      ],
    },
  ],
};

let test: TestServer;
beforeAll(async () => {
  test = await testServer({ now: () => (SECOND + 10) * 1000 });
  writeFileSync(join(test.directory, 'clear-policy.json'), JSON.stringify(POLICY));
  await test.reopen();
  const sent = await test.ingest('/v1/traces', JSON.stringify(SPANS), { 'Content-Type': 'application/json' });
  expect(sent.status).toBe(200);
});
afterAll(() => test?.remove());

async function found(query: string, range: { from?: number; to?: number } = {}): Promise<Event[]> {
  const fetch = async (request: Request) => test.server.app.fetch(request);
  const run = search({
    server: httpSearchServer({ url: 'http://localhost', token: test.tokens.reader, fetch }),
    identity: test.identity,
    query,
    purpose: 'ticket 4711',
    ...range,
  });
  const events: Event[] = [];
  for await (const { event } of run) events.push(event);
  expect(run.summary.problems).toEqual([]);
  return events;
}

describe('a directory with a policy for clear values', () => {
  it('shows analysts minutes, powers of two, and that a value is sealed', async () => {
    const [row, ...more] = await test.server.stores.log.clearRows({ workspace: 'acme', limit: 10 });
    expect(more).toEqual([]);
    expect(row).toMatchObject({ service: '(sealed)', duration_ns: -2, operation: 'chat', model: 'gpt-5' });
    expect(row!.time).toBe(Math.floor(SECOND / 60) * 60);
    expect([512, 1024]).toContain(row!.input_tokens);
    const [segment] = await test.server.stores.log.match({
      workspace: 'acme',
      formula: { all: true },
      keys: { first: 0, tokens: [] },
      limit: 1,
    });
    expect([segment!.timeMin % 60, segment!.timeMax % 60]).toEqual([0, 59]);
  });

  it('finds by the exact values all the same', async () => {
    for (const query of [
      'parcel',
      'service:customer-acme parcel',
      'service:customer-acme',
      'duration>1s',
      'duration:2s..2s',
      'input_tokens:777',
      'time>=2026-01-01T00:00:45Z',
    ])
      expect(await found(query), query).toHaveLength(1);
    for (const query of ['service:other', 'duration>3s', 'input_tokens:778', 'time>2026-01-01T00:00:46Z'])
      expect(await found(query), query).toEqual([]);
    expect(await found('*', { from: SECOND, to: SECOND })).toHaveLength(1);
    expect(await found('*', { from: SECOND + 1 })).toEqual([]);
  });

  it('never has what is dropped, under whatever name it came', async () => {
    const [event] = await found('parcel');
    expect(event).toMatchObject({ attributes: { note: 'a parcel' }, service: 'customer-acme' });
    const text = JSON.stringify(event);
    for (const dropped of ['4711', '10.4.7.11', 'host-of-acme']) expect(text).not.toContain(dropped);
  });

  it('does not start with a policy that it cannot read', async () => {
    writeFileSync(join(test.directory, 'clear-policy.json'), '{"attributes": {"user_id": "clear"}}');
    await expect(test.reopen()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    writeFileSync(join(test.directory, 'clear-policy.json'), JSON.stringify(POLICY));
    await test.reopen();
  });
});
