import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificate, saying, serverOf, type TestServer } from '../../testing/server.ts';
import { Outlet } from '../probing/outlet.ts';
import type { Resolver } from '../targets/resolver.ts';
import { ownershipOf, recordsFor } from './ownership.ts';
import { allows, publicKeyOf, readAuditKey, readStatement, statementFor } from './statement.ts';

const { privateKey: own } = generateKeyPairSync('ed25519');
const { privateKey: other } = generateKeyPairSync('ed25519');
const key = publicKeyOf(own);
const now = Date.parse('2027-01-31T12:00:00Z');
const DAY = 86_400_000;

describe('a statement', () => {
  it('holds for its host, its key and its time, and no other', () => {
    const line = statementFor('db.example.com', own, 30, now);
    const statement = readStatement(`  ${line}\r`)!;
    expect(statement).toEqual({ host: 'db.example.com', until: '2027-03-02', key });
    expect(allows(statement, 'db.example.com', key, now)).toBe(true);
    expect(allows(statement, 'example.com', key, now)).toBe(false);
    expect(allows(statement, 'db.example.com', publicKeyOf(other), now)).toBe(false);
    expect(allows(statement, 'db.example.com', key, now + 31 * DAY)).toBe(false);
    expect(allows(statement, 'db.example.com', key, now - 400 * DAY)).toBe(false);
    expect(allows({ ...statement, until: '2027-99-99' }, 'db.example.com', key, now)).toBe(false);
  });

  it('is nothing when any of it was changed', () => {
    const line = statementFor('db.example.com', own, 30, now);
    for (const changed of [
      line.replace('db.example', 'dc.example'),
      line.replace('2027', '2028'),
      line.replace(key, publicKeyOf(other)),
      line.replace('v1', 'v2'),
      `${line} more`,
      line.slice(0, -1),
      line.replace(/sig=.{8}/, 'sig=AAAAAAAA'),
      line.replace(/key=.{43}/, `key=${'A'.repeat(43)}`),
      '',
    ])
      expect(readStatement(changed)).toBeUndefined();
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    expect(() => readAuditKey(rsa.export({ type: 'pkcs8', format: 'pem' }) as string)).toThrow('Ed25519');
  });
});

describe('ownership', () => {
  let good: TestServer;
  let plainText: TestServer;
  let redirecting: TestServer;
  let authority: string;
  const dialled: string[] = [];
  const said = (texts: Record<string, string[]>): Resolver => ({
    addresses: async () => [],
    texts: async (name) => texts[name] ?? [],
  });

  /** Beyond private networks nothing is asked here: each address stands for one of these servers. */
  const outlet = (authorities: readonly string[]) => {
    const real = new Outlet({ authorities, limits: { connect: 1000, total: 1000 } });
    const ports: Record<string, () => number> = {
      '203.0.113.1': () => good.port,
      '203.0.113.2': () => plainText.port,
      '203.0.113.3': () => redirecting.port,
    };
    const talk: Outlet['talk'] = (endpoint, speak, settings) => {
      dialled.push(`${endpoint.host} ${endpoint.address}:${endpoint.port} ${endpoint.tls ? 'tls' : 'plain'}`);
      const port = ports[endpoint.address]?.() ?? 1;
      return real.talk({ ...endpoint, address: '127.0.0.1', port }, speak, settings);
    };
    return { talk };
  };

  beforeAll(async () => {
    const tls = await certificate('db.example.com');
    authority = tls.cert;
    const line = statementFor('db.example.com', own, 30, now);
    good = await serverOf(
      (socket) =>
        socket.once('data', (bytes) => {
          const found = String(bytes).startsWith('GET /.well-known/tacet-audit HTTP/1.1\r\n');
          socket.end(`HTTP/1.1 ${found ? 200 : 404} -\r\n\r\nhello\n${line}\n`);
        }),
      { tls },
    );
    plainText = await saying(`HTTP/1.1 200 OK\r\n\r\n${line}\n`);
    redirecting = await saying(
      `HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:${good.port}/\r\n\r\n${line}`,
      { tls },
    );
  });
  afterAll(() => Promise.all([good, plainText, redirecting].map((server) => server?.close())));

  const asked = (host: string, address: string, texts: Record<string, string[]> = {}, trust = [authority]) =>
    ownershipOf(host, address, { key, resolver: said(texts), outlet: outlet(trust), now });

  it('needs no proof for this machine and private networks, and cannot be had without a key', async () => {
    expect(await asked('localhost', '127.0.0.1')).toBe('inner');
    expect(await asked('db.example.com', 'fd00::7')).toBe('inner');
    const settings = { key: undefined, resolver: said({}), outlet: outlet([authority]), now };
    expect(await ownershipOf('db.example.com', '203.0.113.1', settings)).toBe('unproven');
    expect(dialled).toEqual([]);
  });

  it('is proven by a record of the host, or of a domain above for all below it', async () => {
    const line = statementFor('db.example.com', own, 30, now);
    const wild = statementFor('*.example.com', own, 30, now);
    const at = (texts: Record<string, string[]>, host = 'db.example.com') =>
      asked(host, '203.0.113.9', texts);
    expect(await at({ '_tacet-audit.db.example.com': ['v=spf1 -all', line] })).toBe('dns');
    expect(await at({ '_tacet-audit.example.com': [wild] })).toBe('dns');
    expect(await at({ '_tacet-audit.example.com': [wild] }, 'a.b.example.com')).toBe('dns');
    dialled.length = 0;
    expect(await at({ '_tacet-audit.example.com': [line] })).toBe('unproven');
    expect(await at({ '_tacet-audit.com': [statementFor('*.com', own, 30, now)] })).toBe('unproven');
    expect(
      await at({ '_tacet-audit.db.example.com': [statementFor('db.example.com', other, 30, now)] }),
    ).toBe('unproven');
    expect(await at({ '_tacet-audit.db.example.com': [wild] })).toBe('unproven');
    expect(dialled).toEqual(Array(4).fill('db.example.com 203.0.113.9:443 tls'));
  });

  it('is proven by a file over https with a good certificate, and by nothing less', async () => {
    expect(await asked('db.example.com', '203.0.113.1')).toBe('file');
    expect(await asked('db.example.com', '203.0.113.1', {}, [])).toBe('unproven');
    expect(await asked('other.example.com', '203.0.113.1')).toBe('unproven');
    expect(await asked('db.example.com', '203.0.113.2')).toBe('unproven');
    expect(await asked('db.example.com', '203.0.113.3')).toBe('unproven');
  });

  it('is looked for under the reverse names of addresses', () => {
    expect(recordsFor('203.0.113.7')[0]?.name).toBe('_tacet-audit.7.113.0.203.in-addr.arpa');
    expect(recordsFor('2001:db8::1')[0]?.name).toBe(
      '_tacet-audit.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    );
    expect(recordsFor('a.b.example.com').map(({ name, host }) => `${name} ${host}`)).toEqual([
      '_tacet-audit.a.b.example.com a.b.example.com',
      '_tacet-audit.b.example.com *.b.example.com',
      '_tacet-audit.example.com *.example.com',
    ]);
  });
});
