import { X509Certificate } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { certificate, saying, serverOf, type TestServer } from '../../testing/server.ts';
import { audit } from '../audit.ts';
import type { Check, Covered, Finding } from '../finding.ts';
import { SERVICES } from '../services/index.ts';
import { readTargets } from '../targets/file.ts';
import { rehearse } from './dry-run.ts';
import { Outlet, type Packet } from './outlet.ts';
import type { Probe } from './probe.ts';
import { type Asked, type Outcome, run, unitsOf } from './run.ts';
import { plainFinding, type TlsFacts, tlsFindings } from './tls.ts';

const servers: TestServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
});
async function started(server: Promise<TestServer>): Promise<number> {
  servers.push(await server);
  return servers.at(-1)!.port;
}

const check = (id: string): Check => ({
  ...{ id, title: id, severity: 'high', why: 'w', fix: 'f', references: [] },
});
/** A service that answers `word` with `word!`, or with `who?` when it is guarded. */
const wordProbe = (word: string, ports: number[] = []): Probe => ({
  service: word,
  name: word.toUpperCase(),
  ports,
  speaks: 'tcp',
  check: check(`${word}-open`),
  packets: [word],
  examine: (wire) =>
    wire.talk(async (line) => {
      await line.send(Buffer.from(`${word}\n`));
      const reply = Buffer.from(await line.receive((bytes) => bytes.includes(10)))
        .toString()
        .trim();
      const proof = { request: word, reply };
      if (reply === `${word}!`) return { verdict: 'open', proof };
      return reply === 'who?' ? { verdict: 'asks-auth', proof } : { verdict: 'other-service' };
    }),
});
const answering = (word: string, reply: string) => (socket: Socket) =>
  void socket.on('data', (bytes) => {
    if (bytes.toString() === `${word}\n`) socket.write(`${reply}\n`);
    else socket.end('?\n');
  });

const LIMITS = { connect: 500, total: 600, silence: 250, bytes: 1 << 16 };

async function probed(
  ports: number[],
  probes: readonly Probe[],
  done = new Set<string>(),
  names: string[] = [],
) {
  const asked: Asked[] = [];
  const findings: Finding[] = [];
  const packets: Packet[] = [];
  const host = { host: '127.0.0.1', address: '127.0.0.1', ports, names, configuration: ['x'] };
  const keys: string[] = [];
  const clear: Covered[] = [];
  await run(
    { hosts: [host], sites: [], buckets: [], skipped: [] },
    {
      probes,
      done,
      outlet: new Outlet({ limits: LIMITS, record: (packet) => void packets.push(packet) }),
      causes: (_, service) => (service === 'ping' ? [{ file: 'ping.conf', line: 7 }] : []),
      heard(outcome) {
        keys.push(outcome.key);
        asked.push(...outcome.asked);
        findings.push(...outcome.findings);
        clear.push(...outcome.clear);
      },
    },
  );
  return { asked, findings, packets, keys, clear };
}

describe('a run', () => {
  it('knows a service by its replies on any port, and never takes a guarded one or a look-alike for open', async () => {
    const ping = wordProbe('ping', [1]);
    const pong = wordProbe('pong', [1]);
    const [open, guarded, alike] = [
      await started(serverOf(answering('ping', 'ping!'))),
      await started(serverOf(answering('ping', 'who?'))),
      await started(serverOf(answering('ping', 'PING!'))),
    ];
    const { asked, findings } = await probed([open, guarded, alike, 1], [pong, ping]);
    expect(
      Object.fromEntries(asked.map(({ subject, service, verdict }) => [subject, [service, verdict]])),
    ).toEqual({
      [`tcp://127.0.0.1:${open}`]: ['ping', 'open'],
      [`tcp://127.0.0.1:${guarded}`]: ['ping', 'asks-auth'],
      [`tcp://127.0.0.1:${alike}`]: [undefined, 'other-service'],
    });
    expect(findings.map(({ check: id, subject, causes }) => [id, subject, causes])).toEqual([
      ['ping-open', `tcp://127.0.0.1:${open}`, [{ file: 'ping.conf', line: 7 }]],
    ]);
  });

  it('says of which subjects it had a clear answer: of what is silent it had none', async () => {
    const ping = wordProbe('ping', [1]);
    const guarded = await started(serverOf(answering('ping', 'who?')));
    const silent = await started(serverOf(() => {}));
    const gone = await serverOf(() => {});
    await gone.close();
    const { clear } = await probed([guarded, silent, gone.port], [ping], undefined, ['db.example.com']);
    const subjects = clear.map(({ subject }) => subject!);
    const of = (port: number) => subjects.filter((subject) => new URL(subject).port === String(port));
    expect(of(guarded).sort()).toEqual([
      `tcp://127.0.0.1:${guarded}`,
      `tcp://db.example.com:${guarded}`,
      `tls://127.0.0.1:${guarded}`,
      `tls://db.example.com:${guarded}`,
    ]);
    expect(of(silent)).toEqual([]);
    expect(of(gone.port)).toContain(`http://127.0.0.1:${gone.port}/`);
  });

  it('asks whoever is at home first, and does without what a stop left done', async () => {
    const port = await started(serverOf(answering('ping', 'ping!')));
    const first = await probed([port], [wordProbe('pong'), wordProbe('ping', [port])]);
    const sent = first.packets.flatMap(({ bytes }) => (bytes ? [Buffer.from(bytes).toString()] : []));
    expect(sent).toEqual(['ping\n']);
    expect(first.keys).toEqual([`port 127.0.0.1 127.0.0.1 ${port}`]);
    const again = await probed([port], [wordProbe('ping', [port])], new Set(first.keys));
    expect([again.packets, again.keys]).toEqual([[], []]);
  });

  it('tries logins when it is told to, at services that ask who it is', async () => {
    const port = await started(
      serverOf((socket) => {
        socket.on('data', (bytes) => socket.write(bytes.toString() === 'guest\n' ? 'guest!\n' : 'who?\n'));
      }),
    );
    const alone = await probed([port], [wordProbe('ping')]);
    expect(alone.asked.map(({ service, verdict }) => [service, verdict])).toEqual([['ping', 'asks-auth']]);
    for (const ports of [[], [port]]) {
      const guest: Probe = { ...wordProbe('guest', ports), service: 'ping-guest', optIn: true };
      const { asked, findings } = await probed([port], [wordProbe('ping', ports), guest]);
      expect(asked.map(({ service, verdict }) => [service, verdict])).toEqual([['ping-guest', 'open']]);
      expect(findings.map(({ check: id }) => id)).toContain('guest-open');
    }
  });

  it('finds what is behind TLS, under each name, and what is wrong with the certificate', async () => {
    const tls = await certificate('db.example.com', -30, -1);
    const port = await started(serverOf(answering('ping', 'ping!'), { tls }));
    const { asked, findings } = await probed([port], [wordProbe('ping')], undefined, ['db.example.com']);
    expect(asked.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      [`tls://127.0.0.1:${port}`, 'open'],
      [`tls://db.example.com:${port}`, 'open'],
    ]);
    expect(findings.filter(({ subject }) => subject.includes('db.')).map((one) => one.check)).toEqual([
      'ping-open',
      'tls-expired',
    ]);
  });

  it('finds both ways in where one port speaks plain and TLS', async () => {
    const tls = await certificate('db.example.com');
    const secure = await started(saying('HTTP/1.1 404 None\r\n\r\n', { tls }));
    const plain = await started(saying('HTTP/1.1 404 None\r\n\r\n'));
    const both = await started(
      serverOf((socket) =>
        socket.once('data', (bytes) => {
          const to = connect(bytes[0] === 22 ? secure : plain, '127.0.0.1').on('error', () => {});
          socket.pipe(to).pipe(socket);
          to.write(bytes);
        }),
      ),
    );
    expect((await probed([both], [])).asked.map(({ subject }) => subject)).toEqual([
      `tcp://127.0.0.1:${both}`,
      `tls://127.0.0.1:${both}`,
    ]);
  });

  it('asks a store for a bucket by its name', async () => {
    const listing =
      '<ListBucketResult><Contents><Key>dump.sql</Key><Size>7</Size></Contents></ListBucketResult>';
    const port = await started(saying(`HTTP/1.1 200 OK\r\n\r\n<?xml version="1.0"?>${listing}`));
    const endpoint = { host: '127.0.0.1', address: '127.0.0.1', port, tls: false, path: '/' };
    const outcomes: Outcome[] = [];
    await run(
      { hosts: [], sites: [], buckets: [{ ...endpoint, bucket: 'logs' }], skipped: [] },
      { probes: [], outlet: new Outlet(), heard: (outcome) => void outcomes.push(outcome) },
    );
    expect(outcomes).toMatchObject([
      {
        key: `bucket http://127.0.0.1:${port}/ 127.0.0.1 logs`,
        asked: [{ subject: `http://127.0.0.1:${port}/logs`, verdict: 'open', service: 's3-listing' }],
        clear: [{ subject: `http://127.0.0.1:${port}/logs` }],
        findings: [
          {
            check: 's3-bucket-listed',
            subject: `http://127.0.0.1:${port}/logs`,
            readable: [{ name: 'dump.sql', bytes: 7 }],
          },
        ],
      },
    ]);
  });

  it('knows of a site that it is not there, and of one that hangs nothing', async () => {
    const silent = await started(serverOf(() => {}));
    const tls = { host: '127.0.0.1', address: '127.0.0.1', tls: true, path: '/' };
    const outcomes: Outcome[] = [];
    await run(
      {
        hosts: [],
        sites: [
          { ...tls, port: 1 },
          { ...tls, port: silent },
        ],
        buckets: [],
        skipped: [],
      },
      {
        probes: [],
        outlet: new Outlet({ limits: LIMITS }),
        heard: (outcome) => void outcomes.push(outcome),
      },
    );
    const [closed, hangs] = [1, silent].map((port) => outcomes.find(({ key }) => key.includes(`:${port}/`))!);
    expect(closed!.clear.map(({ subject }) => subject)).toEqual([
      'https://127.0.0.1:1/',
      'https://127.0.0.1:1/.well-known/security.txt',
      'tls://127.0.0.1:1',
    ]);
    expect([hangs!.clear, hangs!.unclear[0]]).toEqual([[], `https://127.0.0.1:${silent}/`]);
  });

  it('is clear about nothing that it heard nothing of at one of its addresses', async () => {
    const silent = await started(serverOf(() => {}));
    const host = { host: 'db.example.com', ports: [silent], names: [], configuration: [] };
    const outcomes: Outcome[] = [];
    const at = (address: string) => ({ ...host, address });
    await run(
      { hosts: [at('127.0.0.1'), at('127.0.0.2')], sites: [], buckets: [], skipped: [] },
      {
        probes: [],
        outlet: new Outlet({ limits: LIMITS }),
        heard: (outcome) => void outcomes.push(outcome),
      },
    );
    const subject = `tcp://db.example.com:${silent}`;
    expect(outcomes.find(({ key }) => key.includes('127.0.0.2'))!.clear).toContainEqual({ subject });
    expect(outcomes.find(({ key }) => key.includes('127.0.0.1'))!.unclear).toContain(subject);
    const address = (name: string) => (name === 'db.example.com' ? ['127.0.0.1', '127.0.0.2'] : []);
    const report = await audit({
      paths: [],
      targets: {
        file: readTargets(`hosts: [{ host: db.example.com, ports: [${silent}] }]`),
        folder: '.',
        probes: [],
        outlet: new Outlet({ limits: LIMITS }),
        resolver: { addresses: async (name) => address(name), texts: async () => [] },
      },
    });
    expect(report.clear).not.toContainEqual({ subject });
  });

  it('ends with hostile servers, whichever services are looked for', async () => {
    const endless = serverOf((socket) => {
      const more = () => {
        while (!socket.destroyed && socket.write(Buffer.alloc(1 << 16, 'a')));
      };
      socket.on('drain', more);
      socket.once('data', more);
    });
    const dripping = serverOf((socket) => {
      const timer = setInterval(() => socket.write('\0'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    const ports = [
      await started(endless),
      await started(dripping),
      await started(serverOf(() => {})),
      await started(serverOf((socket) => socket.resetAndDestroy())),
      await started(saying('HTTP/1.1 302 Found\r\nLocation: http://203.0.113.1/\r\n\r\n')),
      await started(saying('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFF\r\n')),
      await started(saying('\x16\x03\x01\x00\x05garbage')),
    ];
    const { asked, findings, packets } = await probed(ports, SERVICES.slice(0, 7));
    expect(asked.filter(({ verdict }) => verdict === 'open' || verdict === 'asks-auth')).toEqual([]);
    expect(findings).toEqual([]);
    expect(packets.filter(({ to }) => !/^t(cp|ls):\/\/127\.0\.0\.1:/.test(to))).toEqual([]);
  });

  it('ends with what its listener throws', async () => {
    const plan = {
      hosts: [{ host: 'a', address: '127.0.0.1', ports: [1, 2], names: [], configuration: [] }],
      sites: [],
      buckets: [],
      skipped: [],
    };
    const failing = run(plan, {
      probes: [],
      outlet: new Outlet(),
      heard: () => Promise.reject(new Error('disk full')),
    });
    await expect(failing).rejects.toThrow('disk full');
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const stopped = run(plan, { probes: [], outlet: new Outlet({ signal: stop.signal }), heard: () => {} });
    await expect(stopped).rejects.toThrow('stopped');
    expect(unitsOf(plan)).toBe(2);
  });

  it('is announced by a rehearsal, probe by probe', () => {
    const host = { address: '10.0.0.1', ports: [6379], names: [], configuration: [] };
    const [at, site] = rehearse(
      {
        hosts: [
          { host: 'a.test', ...host },
          { host: '10.0.0.1', ...host },
        ],
        sites: [{ host: 'a.test', address: '10.0.0.1', port: 443, tls: true, path: '/' }],
        buckets: [],
        skipped: [],
      },
      SERVICES,
    );
    expect(at?.to).toEqual(['tcp://a.test:6379 (10.0.0.1)', 'tcp://10.0.0.1:6379']);
    const said = at?.steps.flatMap(({ packets }) => packets).join('\n') ?? '';
    for (const { name, packets } of SERVICES)
      for (const packet of packets) expect(said).toContain(`${name}: ${packet}`);
    expect(site?.to).toEqual(['tls://a.test:443 (10.0.0.1)']);
    expect(site?.steps.flatMap(({ packets }) => packets)).toContain('TLS handshake, version 1.1 at most');
  });
});

describe('what TLS shows', () => {
  const now = Date.parse('2027-01-31T12:00:00Z');
  const day = 86_400_000;
  const good: TlsFacts = {
    version: 'TLSv1.3',
    notBefore: now - day,
    notAfter: now + 60 * day,
    issuer: 'CA',
    names: 'DNS:a.test',
  };
  const found = (facts: Partial<TlsFacts>, host = 'a.test') =>
    tlsFindings('tls://a.test:443', host, { ...good, ...facts }, (text) => text, now).map((one) => one.check);

  it('is judged', () => {
    expect(found({})).toEqual([]);
    expect(found({ notAfter: now - 1 })).toEqual(['tls-expired']);
    expect(found({ notBefore: now + day })).toEqual(['tls-expired']);
    expect(found({ notAfter: Number.NaN })).toEqual(['tls-expired']);
    expect(found({ notAfter: now + 13 * day })).toEqual(['tls-expiring']);
    expect(found({ distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' })).toEqual(['tls-untrusted']);
    expect(found({ distrust: 'ERR_TLS_CERT_ALTNAME_INVALID' })).toEqual(['tls-wrong-name']);
    expect(found({ distrust: 'ERR_TLS_CERT_ALTNAME_INVALID' }, '10.0.0.1')).toEqual([]);
    expect(found({ old: 'TLSv1.1' })).toEqual(['tls-old-version']);
  });

  it('is missed beyond this machine only', () => {
    const at = (address: string, tls = false) =>
      plainFinding('s', { host: 'a', address, port: 1, tls }, 'Redis').map((one) => one.check);
    expect([at('10.0.0.1'), at('fd00::1')]).toEqual([['tls-missing'], ['tls-missing']]);
    expect([at('127.0.0.1'), at('::1'), at('10.0.0.1', true)]).toEqual([[], [], []]);
  });

  it('comes from a handshake with a certificate of any kind', async () => {
    const tls = await certificate('db.example.com', -1, 5);
    expect(new X509Certificate(tls.cert).subjectAltName).toBe('DNS:db.example.com');
    const port = await started(serverOf((socket) => socket.on('data', () => {}), { tls }));
    const { findings } = await probed([port], []);
    expect(findings.map((one) => [one.check, one.proof?.reply])).toEqual([
      ['tls-expiring', expect.stringMatching(/^valid from 20\d\d-\d\d-\d\d to 20/)],
      ['tls-untrusted', 'issued by db.example.com'],
    ]);
  });
});
