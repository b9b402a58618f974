/** Whatever a server says, a probe comes to a verdict or passes on that the wire failed, and shows little of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Asked, EXCHANGES, outcome, wireFrom, writtenWire } from '../../testing/exchanges.ts';
import type { HttpReply } from '../probing/wire.ts';
import { objectListing, SERVICES } from './index.ts';

const PROBES = [...SERVICES, ...objectListing('bucket')];
const HTTP = PROBES.filter(({ speaks }) => speaks === 'http');
const TCP = PROBES.filter(({ speaks }) => speaks === 'tcp');
const VERDICTS = /^(open|asks-auth|other-service|indeterminate|timeout|ended|not-http)$/;

/** A probe that sends more than this for one answer has been led on. */
const MOST_REQUESTS = 150;

async function tame(
  probe: (typeof PROBES)[number],
  wire: (asked: Asked) => ReturnType<typeof wireFrom>,
): Promise<void> {
  const asked: Asked = { requests: [], sent: [] };
  const said = await outcome(probe, wire(asked));
  expect(said.verdict).toMatch(VERDICTS);
  expect(asked.requests.length + asked.sent.length).toBeLessThan(MOST_REQUESTS);
  if (!('proof' in said)) return;
  const { proof, readable = [], version = '' } = said;
  expect(readable.length).toBeLessThanOrEqual(100);
  for (const text of [proof!.reply, version, ...readable.map(({ name }) => name)]) {
    expect(text.length).toBeLessThanOrEqual(230);
    expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
}

/** A document in which something was put in another's place, at any depth. */
function mutated(document: unknown, path: readonly number[], put: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined || typeof document !== 'object' || document === null) return put;
  const names = Object.keys(document);
  if (names.length === 0) return put;
  const name = names[step % names.length]!;
  const copy = (Array.isArray(document) ? [...document] : { ...document }) as Record<string, unknown>;
  copy[name] = mutated(copy[name], rest, put);
  return copy;
}

const HOSTILE = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.constantFrom<unknown>(
    ...[null, [], {}, -1, 1e308, '', '\u202e\u0007\u001b[31m', 'x'.repeat(5000), '9'.repeat(16), '__proto__'],
    Array.from({ length: 300 }, (_, at) => ({ name: `n${at}`, id: at, index: 'i', class: `C${at}` })),
  ),
);

const cases = EXCHANGES.flatMap(({ service, cases: all }) => all.map((one) => ({ service, one })));

describe('a hostile server', () => {
  it('over HTTP changes what a real one says', async () => {
    const overHttp = cases.filter(({ one }) => !one.tcp);
    const change = fc.record({
      at: fc.nat(overHttp.length - 1),
      probe: fc.nat(HTTP.length - 1),
      path: fc.array(fc.nat(20), { maxLength: 5 }),
      put: HOSTILE,
      kin: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, probe, path, put, kin }) => {
        const { service, one } = overHttp[at]!;
        const whose = HTTP.find((known) => known.service === service) ?? HTTP[probe]!;
        const http = Object.fromEntries(
          Object.entries(one.http ?? {}).map(([asked, reply]) => [
            asked,
            { ...reply, ...('json' in reply && { json: mutated(reply.json, path, put) }) },
          ]),
        );
        await tame(kin ? whose : HTTP[probe]!, (asked) => writtenWire({ ...one, http }, asked));
      }),
      { numRuns: 400 },
    );
  });

  it('over HTTP says anything', async () => {
    const reply = fc.record({
      status: fc.constantFrom(200, 200, 200, 401, 403, 405, 500),
      headers: fc.dictionary(
        fc.constantFrom(
          'server',
          'www-authenticate',
          'kbn-name',
          'x-clickhouse-format',
          'location',
          'x-ms-request-id',
        ),
        fc.string(),
      ),
      body: fc.oneof(
        fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
        HOSTILE.map((json) => JSON.stringify(json)),
      ),
      cut: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.nat(HTTP.length - 1),
        fc.array(reply, { minLength: 1, maxLength: 4 }),
        async (at, replies) => {
          let turn = 0;
          await tame(HTTP[at]!, (asked) =>
            wireFrom({ http: () => replies[turn++ % replies.length]! }, asked),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it('in another protocol changes bytes, or says anything', async () => {
    const spoken = cases.filter(({ one }) => one.tcp);
    const bytes = fc.uint8Array({ maxLength: 60 });
    const change = fc.record({
      at: fc.nat(spoken.length - 1),
      probe: fc.nat(TCP.length - 1),
      own: fc.boolean(),
      chunk: fc.nat(5),
      from: fc.nat(80),
      put: fc.oneof(
        bytes,
        fc.constantFrom(Uint8Array.of(0xff, 0xff, 0xff, 0xff), Uint8Array.of(0x7f, 0xff, 0xff, 0xff)),
      ),
      end: fc.constantFrom('timeout' as const, 'ended' as const),
    });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, probe, own, chunk, from, put, end }) => {
        const { service, one } = spoken[at]!;
        const tcp = one.tcp!.map((hex) => Buffer.from(hex, 'hex'));
        const changed = tcp[chunk % tcp.length]!;
        changed.set(put.subarray(0, Math.max(0, changed.length - from)), Math.min(from, changed.length));
        const whose = TCP.find((known) => known.service === service);
        await tame(own && whose ? whose : TCP[probe]!, (asked) => wireFrom({ tcp, end }, asked));
      }),
      { numRuns: 1500 },
    );
  });

  const SIZE = 1 << 17;
  it.each([
    ['lists in lists', '['.repeat(SIZE)],
    ['objects in objects', '{"a":'.repeat(SIZE / 5)],
    ['a list without end', `[${'{},'.repeat(SIZE / 3)}`],
    ['a string without end', `{"result":"${'\\\\'.repeat(SIZE / 2)}`],
    ['tags', `<ListBucketResult>${'<Contents><Key>'.repeat(SIZE / 15)}`],
    ['spaces', ' '.repeat(SIZE)],
    ['quotes', '"'.repeat(SIZE)],
  ])('sends plenty of %s', async (_, body) => {
    const reply: HttpReply = { status: 200, headers: { server: 'TornadoServer/6' }, body, cut: true };
    for (const probe of HTTP) await tame(probe, (asked) => wireFrom({ http: () => reply }, asked));
    for (const probe of TCP) await tame(probe, (asked) => wireFrom({ tcp: [Buffer.from(body)] }, asked));
  });

  it.each(TCP)('sends bytes that $service counts by, in small pieces', async (probe) => {
    for (const byte of [0, 1, 0x7f, 0x80, 0xff, 10, 0x2b]) {
      const tcp = Array.from({ length: 2000 }, () => Uint8Array.of(byte));
      await tame(probe, (asked) => wireFrom({ tcp }, asked));
    }
  });
});
