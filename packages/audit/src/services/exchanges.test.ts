/** Exchanges that were written by hand, no real servers: each file in `exchanges` says where they are documented. */
import { describe, expect, it } from 'vitest';
import { type Asked, EXCHANGES, outcome, writtenWire } from '../../testing/exchanges.ts';
import type { Probe } from '../probing/probe.ts';
import { lineOf } from './http.ts';
import { objectListing, SERVICES } from './index.ts';

const PROBES = [...SERVICES, ...objectListing('bucket')];

/** One server, asked in several ways. */
const KIN = [
  ['mysql', 'mysql-empty-password'],
  ['rabbitmq', 'rabbitmq-guest'],
  ['amqp', 'amqp-guest'],
  ['s3', 's3-listing'],
];

const areKin = (a: string, b: string) => a === b || KIN.some((kin) => kin.includes(a) && kin.includes(b));

/** Whether a request is one of those that the probe tells before it sends any. */
function isTold({ packets }: Probe, line: string): boolean {
  return packets.some((packet) => {
    const pattern = packet
      .split(/\{+(?:id|name|class)\}/)
      .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    return new RegExp(`^${pattern.join('.+')}(?:, .*)?$`).test(line);
  });
}

describe('written exchanges', () => {
  it('say what they are and whose', () => {
    for (const { label, service, source, cases } of EXCHANGES) {
      expect(label).toMatch(/^Not (a real server|real servers): .*written by hand/);
      expect(source.length).toBeGreaterThan(0);
      if (service === 'look-alikes') continue;
      expect(PROBES.map((probe) => probe.service)).toContain(service);
      for (const { tcp, says } of cases) expect(says?.length).toBe(tcp?.length);
    }
  });

  for (const { service, cases } of EXCHANGES)
    it.each(cases.filter(() => service !== 'look-alikes'))(`of ${service}: $name`, async (one) => {
      const probe = PROBES.find((known) => known.service === service)!;
      const asked: Asked = { requests: [], sent: [] };
      const said = await outcome(probe, writtenWire(one, asked));
      const { version, readable, beside } = 'proof' in said ? said : {};
      expect({
        verdict: said.verdict,
        version,
        readable,
        beside: beside?.map(({ check }) => check.id),
      }).toEqual({
        verdict: one.verdict,
        version: one.version,
        readable: one.readable,
        beside: one.beside,
      });
      for (const request of asked.requests)
        expect([lineOf(request), isTold(probe, lineOf(request))]).toEqual([lineOf(request), true]);
    });

  it.each(PROBES)('of all other services are none of $service', async (probe) => {
    const wrong: string[] = [];
    for (const { service, cases } of EXCHANGES)
      for (const one of cases) {
        if (areKin(service, probe.service)) continue;
        const { verdict } = await outcome(probe, writtenWire(one));
        if (/^(open|asks-auth|indeterminate)$/.test(verdict))
          wrong.push(`${service}, ${one.name}: ${verdict}`);
      }
    expect(wrong).toEqual([]);
  });
});
