import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { wireTo } from '../../testing/wire.ts';
import type { HttpReply } from '../probing/wire.ts';
import { securityTxt } from './security-txt.ts';
import { EXPOSURES, siteFindings, sitePackets } from './site.ts';

const PAGE = '<!doctype html><title>Shop</title>';
const KEY = ['AKIA', 'Z3MQX7RTN5BWPLKD'].join('');
const METRICS = '# HELP up Whether it is up.\n# TYPE up gauge\nup{job="a"} 1\n';

type Files = Readonly<Record<string, string | Buffer>>;

/** Sites below one server, each in a folder of its own: what lies there, and a page for whatever does not. */
const SITES: Readonly<Record<string, Files | ((path: string) => string | Buffer)>> = {
  git: { '.git/HEAD': 'ref: refs/heads/main\n' },
  config: { '.git/config': '[core]\n\trepositoryformatversion = 0\n\tbare = false\n' },
  env: { '.env': `# local\nDB_HOST=10.0.0.7\nDB_PASSWORD=hunter2hunter2\nexport AWS_KEY=${KEY}\n` },
  dump: { 'dump.sql': '-- MySQL dump 10.13  Distrib 8.0\n--\nINSERT INTO users VALUES (1,"lovelace")' },
  dumped: { 'db.sql': '--\n-- PostgreSQL database dump\n--\n' },
  archive: { 'backup.tar.gz': gzipSync('x'.repeat(9000)), 'db.sqlite3': 'SQLite format 3\0' },
  credentials: { '.aws/credentials': `[default]\naws_access_key_id = ${KEY}\naws_secret_access_key = x\n` },
  pprof: { 'debug/pprof/': '<html><title>/debug/pprof/</title>Types of profiles available: goroutine' },
  expvar: { 'debug/vars': '{"cmdline":["a"],"memstats":{}}' },
  spring: {
    actuator: '{"_links":{"self":{"href":"/"},"heapdump":{"href":"/"},"env":{"href":"/"}}}',
    'actuator/env': '{"activeProfiles":[],"propertySources":[]}',
  },
  quiet: { actuator: '{"_links":{"self":{},"health":{}}}' },
  metrics: { metrics: METRICS },
  secrets: { metrics: `${METRICS}up{key="${KEY}"} 1\n` },
  status: { 'server-status': '<h1>Apache Server Status for shop.example (via 10.0.0.1)</h1>' },
  listing: {
    '': `<html><title>Index of /</title><a href="../">../</a><a href="dump.sql">dump</a><a href="a/">a</a>
<a href="${KEY}.txt">x</a><a href="https://elsewhere.example/">x</a>`,
  },
  // What answers everything alike is nothing, whatever it answers.
  page: () => PAGE,
  echo: (path) => `${path}\nref: refs/heads/main\n[core]\nrepositoryformatversion = 0`,
  head: () => 'ref: refs/heads/main\n',
  settings: () => 'A=1\nB=2\n',
  zip: () => Buffer.from('PK\x03\x04rest'),
  index: () => '<title>Index of /x</title><a href="a">a</a>',
  dots: () => METRICS,
};

let server: Server;
const asked: string[] = [];
beforeAll(async () => {
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const [, site = '', path = ''] = /^\/([^/]*)\/(.*)$/.exec(request.url ?? '') ?? [];
    asked.push(`${request.method} ${request.url}`);
    const files = SITES[site] ?? {};
    const file = typeof files === 'function' ? files(path) : files[path];
    // Like a page that is its own 404: the status says nothing.
    if (file === undefined) response.setHeader('content-type', 'text/html');
    response.end(file ?? PAGE);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

async function checked(site: string) {
  const { port } = server.address() as AddressInfo;
  const subject = `http://127.0.0.1:${port}/${site}/`;
  const { wire } = wireTo(port);
  return siteFindings(wire, { path: `/${site}/`, subject, public: false, now: Date.now() });
}

describe('a site', () => {
  it('is told by what its files say', async () => {
    for (const [site, checks] of [
      ['git', ['web-git']],
      ['config', ['web-git']],
      ['env', ['web-env']],
      ['dump', ['web-backup']],
      ['dumped', ['web-backup']],
      ['archive', ['web-backup']],
      ['credentials', ['web-credentials']],
      ['pprof', ['web-pprof']],
      ['expvar', ['web-expvar']],
      ['spring', ['web-actuator-env', 'web-actuator-heapdump']],
      ['quiet', ['web-actuator']],
      ['metrics', ['web-metrics']],
      ['secrets', ['web-metrics-secrets']],
      ['status', ['web-server-status']],
      ['listing', ['web-listing']],
    ] as const) {
      const found = await checked(site);
      expect([site, found.map(({ check }) => check)]).toEqual([site, checks]);
      const shown = JSON.stringify(found);
      for (const held of ['hunter2', KEY, 'lovelace', '10.0.0.7']) expect(shown).not.toContain(held);
    }
  });

  it('names settings and files, and asks for nothing that costs the server its memory', async () => {
    const [env] = await checked('env');
    expect(env?.proof).toEqual({
      request: 'GET /env/.env',
      reply: 'settings: DB_HOST, DB_PASSWORD, AWS_KEY',
    });
    const [list] = await checked('listing');
    expect(list?.readable).toEqual([
      { kind: 'file', name: 'dump.sql' },
      { kind: 'folder', name: 'a/' },
      { kind: 'file', name: expect.stringMatching(/^\[aws-[a-z-]+\]\.txt$/) },
    ]);
    expect(asked.filter((line) => !/^GET \//.test(line) || /heapdump/.test(line))).toEqual([]);
    const announced = new Set(sitePackets('/git/', false).map((line) => line.split(' ')[1]));
    const sent = asked.filter((line) => line.startsWith('GET /git/')).map((line) => line.split(' ')[1]!);
    expect(sent.filter((path) => !announced.has(path) && !/^\/git\/[0-9a-f]{32}$/.test(path))).toEqual([]);
  });

  it('has nothing when it answers everything alike', async () => {
    for (const site of ['page', 'echo', 'head', 'settings', 'zip', 'index', 'dots'])
      expect([site, (await checked(site)).map(({ check }) => check)]).toEqual([site, []]);
  });

  it('has checks with ids of their own', () => {
    const ids = EXPOSURES.map(({ check }) => check.id);
    expect([new Set(ids).size, ids.every((id) => /^web-[a-z-]+$/.test(id))]).toEqual([ids.length, true]);
  });
});

describe('security.txt', () => {
  const now = Date.parse('2027-01-31T00:00:00Z');
  const said = (body: string, given: Partial<HttpReply> = {}) =>
    securityTxt({ status: 200, headers: {}, cut: false, ...given, body }, now).map(({ check }) => check.id);

  it('is there, names a contact, and has not expired', () => {
    const good = 'Contact: mailto:security@example.com\nExpires: 2027-06-01T00:00:00Z\n';
    expect(said(`# ours\r\n${good.replaceAll('\n', '\r\n')}`)).toEqual([]);
    expect(said(good, { status: 404 })).toEqual(['security-txt-missing']);
    expect(said(good, { headers: { 'content-type': 'text/html' } })).toEqual(['security-txt-missing']);
    expect(said('Hello')).toEqual(['security-txt-missing']);
    expect(said(good.replace('2027', '2026'))).toEqual(['security-txt-expired']);
    expect(said('Contact: https://example.com/report')).toEqual(['security-txt-expired']);
    expect(said('Expires: 2027-06-01T00:00:00Z\nContact: somebody')).toEqual(['security-txt-no-contact']);
  });
});
