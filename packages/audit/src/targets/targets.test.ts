import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { addressesOf, canonical, isInner } from './address.ts';
import { readTargets } from './file.ts';
import { planOf } from './plan.ts';

const read = (text: string) => {
  try {
    return readTargets(text);
  } catch (error) {
    return `${codeOf(error)}: ${(error as Error).message}`;
  }
};

describe('the targets file', () => {
  it('names hosts, ranges, ports, other names, configuration and sites', () => {
    expect(
      read(`
ports: [80, 8000-8002, 8001]
hosts:
  - DB.Example.com.
  - 127.0.0.1
  - "2001:DB8:0::1"
  - 10.0.0.0/30
  - host: proxy.example.com
    ports: [443]
    names: [logs.example.com]
    configuration: [./clickhouse]
urls: ["https://www.example.com/app", "http://[::1]:8080"]
buckets: [{ name: logs, endpoint: "https://minio.example.com" }]
`),
    ).toEqual({
      ports: [80, 8000, 8001, 8002],
      hosts: [
        { host: 'db.example.com', names: [], configuration: [] },
        { host: '127.0.0.1', addresses: ['127.0.0.1'], names: [], configuration: [] },
        { host: '2001:db8::1', addresses: ['2001:db8::1'], names: [], configuration: [] },
        {
          host: '10.0.0.0/30',
          addresses: ['10.0.0.0', '10.0.0.1', '10.0.0.2', '10.0.0.3'],
          names: [],
          configuration: [],
        },
        {
          host: 'proxy.example.com',
          ports: [443],
          names: ['logs.example.com'],
          configuration: ['./clickhouse'],
        },
      ],
      urls: [
        { host: 'www.example.com', port: 443, tls: true, path: '/app/' },
        { host: '::1', port: 8080, tls: false, path: '/' },
      ],
      buckets: [{ name: 'logs', endpoint: { host: 'minio.example.com', port: 443, tls: true, path: '/' } }],
    });
    expect(read('{"hosts": ["localhost"]}')).toMatchObject({ hosts: [{ host: 'localhost' }] });
  });

  it('says where it is wrong, and never takes more than it may', () => {
    for (const [text, why] of [
      ['', 'targets file: names no host, URL or bucket'],
      ['hosts: [', 'is no YAML: line 1'],
      ['a: &x [1]\nhosts: *x', 'uses aliases'],
      ['hosts: [10.0.0.0/8]', 'hosts[0]: is no range of at most 4096 addresses'],
      ['hosts: ["fd00::/64"]', 'hosts[0]: is no range of at most 4096 addresses'],
      [`hosts: [${Array(5).fill('10.0.0.0/20').join(',')}]`, 'has more than 16384 addresses'],
      ['hosts: ["a b"]', 'hosts[0]: is neither a host name nor an address nor a range'],
      ['hosts: ["300.1.1.1"]', 'hosts[0]: is neither'],
      ['hosts: ["::ffff:8.8.8.8"]', 'hosts[0]: is neither'],
      ['hosts: ["fe80::1%eth0"]', 'hosts[0]: is neither'],
      ['hosts: [{host: localhost, ports: [0]}]', 'hosts[0].ports[0]'],
      ['hosts: [{host: localhost, ports: [9-8]}]', 'hosts[0].ports[0]: is no range of ports'],
      ['hosts: [{host: localhost, port: [9]}]', 'hosts[0]'],
      ['hosts: [localhost]\nevery: 6h', 'the file: Unrecognized key'],
      ['urls: ["https://a:b@example.com/"]', 'urls[0]: is no http or https address'],
      ['buckets: [{name: "../x", endpoint: "http://a"}]', 'buckets[0].name: is no name'],
      ['buckets: [{name: xyz, endpoint: "http://a/b"}]', 'buckets[0].endpoint: has a path'],
      ['urls: ["file:///etc/passwd"]', 'urls[0]: is no http'],
      [`hosts: [localhost] # ${'x'.repeat(1 << 20)}`, 'is larger than 1 MiB'],
    ] as const) {
      const said = read(text);
      expect(said).toContain('TARGETS_INVALID');
      expect(said).toContain(why);
    }
  });

  it('knows what is its own network', () => {
    expect(
      ['127.9.9.9', '10.1.2.3', '172.31.0.1', '192.168.255.255', '::1', 'fd12::1'].filter((a) => !isInner(a)),
    ).toEqual([]);
    expect(
      [
        '8.8.8.8',
        '172.32.0.1',
        '169.254.169.254',
        '100.64.0.1',
        '0.0.0.0',
        '::',
        'fe80::1',
        '2001:db8::1',
        'x',
      ].filter(isInner),
    ).toEqual([]);
    expect(canonical('2001:0DB8:0:0:0::1')).toBe('2001:db8::1');
    expect(addressesOf('fd00::ffff/127')).toEqual(['fd00::fffe', 'fd00::ffff']);
    expect(addressesOf('192.168.1.77/29')?.at(0)).toBe('192.168.1.72');
    expect(['10.0.0.0/33', '10.0.0/24', '10.0.0.0/', 'x/24', '::/129'].map(addressesOf)).toEqual(
      Array(5).fill(undefined),
    );
  });
});

describe('a plan', () => {
  it('resolves each name once, and leaves out what is not proven', async () => {
    const asked: string[] = [];
    const plan = await planOf(
      readTargets(`
hosts: [a.test, nowhere.test, { host: b.test, ports: [1] }, 10.0.0.8/31, 203.0.113.9]
urls: [https://a.test/x, https://other.test]
buckets: [{ name: logs, endpoint: 'http://a.test:9000' }]
`),
      {
        resolver: {
          addresses: async (name) => {
            asked.push(name);
            return { 'a.test': ['10.0.0.1', 'fd00::1'], 'b.test': ['203.0.113.5', '10.0.0.2'] }[name] ?? [];
          },
        },
        ports: [80, 81],
        owns: async (_, address) => (isInner(address) ? 'inner' : 'unproven'),
      },
    );
    expect(asked.toSorted()).toEqual(['a.test', 'b.test', 'nowhere.test', 'other.test']);
    expect(plan.hosts.map(({ host, address, ports }) => [host, address, ports.length])).toEqual([
      ['a.test', '10.0.0.1', 2],
      ['a.test', 'fd00::1', 2],
      ['b.test', '10.0.0.2', 1],
      ['10.0.0.8', '10.0.0.8', 2],
      ['10.0.0.9', '10.0.0.9', 2],
    ]);
    expect(plan.sites.map(({ host, address, path }) => [host, address, path])).toEqual([
      ['a.test', '10.0.0.1', '/x/'],
      ['a.test', 'fd00::1', '/x/'],
    ]);
    expect(plan.buckets).toMatchObject([
      { bucket: 'logs', host: 'a.test', port: 9000, address: '10.0.0.1' },
      { address: 'fd00::1' },
    ]);
    expect(plan.skipped).toEqual([
      { host: '203.0.113.9', reason: 'unproven' },
      { host: 'b.test', address: '203.0.113.5', reason: 'unproven' },
      { host: 'nowhere.test', reason: 'no-address' },
      { host: 'other.test', reason: 'no-address' },
    ]);
  });
});
