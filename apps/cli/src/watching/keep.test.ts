import { type Finding, findingOf, type Told } from '@tacet/audit/watching';
import { TacetError } from '@tacet/records';
import { expect, it } from 'vitest';
import { coveredBy } from './keep.ts';

const finding = (id: string, told: Told) =>
  findingOf({ id, title: id, severity: 'high', why: 'why', fix: 'fix', references: [] }, told);
const known = (...findings: Finding[]) =>
  findings.map((finding) => ({ finding, state: 'open' as const, first: 1, last: 1, returns: 0 }));
const error = new TacetError('CONFIGURATION_INVALID', 'no YAML');
const inFiles = (subject: string, ...files: string[]) =>
  finding('loose', { source: 'configuration', subject, causes: files.map((file) => ({ file })) });

it('says of what answered clearly that it was looked at, and of nothing else', () => {
  const at = 'tcp://10.0.0.1:3306';
  const all = known(
    finding('mysql-open', { source: 'probe', subject: at }),
    finding('mysql-root-open', { source: 'probe', subject: at }),
    finding('redis-open', { source: 'probe', subject: 'tcp://10.0.0.1:6379' }),
    finding('tls-expired', { source: 'probe', subject: 'tls://shop.example.com:443' }),
    finding('elasticsearch-open', { source: 'probe', subject: 'tls://shop.example.com:443' }),
    finding('aws-s3-list', { source: 'cloud', subject: 's3://logs' }),
    finding('aws-s3-list', { source: 'cloud', subject: 's3://chats' }),
    finding('self-no-owner', { source: 'self', subject: at }),
    finding('outside-report', { source: 'report', subject: at }),
  );
  const clear = [
    { subject: at },
    { check: 'tls-expired', subject: 'tls://shop.example.com:443' },
    { subject: 's3://logs' },
  ];
  const covered = coveredBy({ clear, failed: [] }, { folders: ['/srv'], unasked: ['mysql-root-open'] }, all);
  expect(covered).toEqual([
    { check: 'mysql-open', subject: at },
    { check: 'tls-expired', subject: 'tls://shop.example.com:443' },
    { check: 'aws-s3-list', subject: 's3://logs' },
  ]);
});

it('says of files that they were looked at where all of a folder was read, and everything that takes part', () => {
  const all = known(
    inFiles('file:/srv/shop/a.xml', '/srv/shop/a.xml'),
    inFiles('file:/srv/shop/b.xml', '/srv/shop/b.xml', '/etc/b.xml'),
    inFiles('file:/srv/shop-old/c.xml', '/srv/shop-old/c.xml'),
  );
  const covered = (folders: string[], ...unread: string[]) =>
    coveredBy(
      { clear: [], failed: unread.map((file) => ({ file, error })) },
      { folders, unasked: [] },
      all,
    ).map(({ subject }) => subject);
  expect(covered(['/srv/shop/'])).toEqual(['file:/srv/shop/a.xml']);
  expect(covered(['/srv/shop', '/etc'])).toEqual(['file:/srv/shop/a.xml', 'file:/srv/shop/b.xml']);
  expect(covered(['/srv/shop/a.xml'])).toEqual(['file:/srv/shop/a.xml']);
  for (const unread of ['/srv/shop', '/srv/shop/conf.d', '/srv/shop/d.xml'])
    expect(covered(['/srv/shop', '/srv/shop-old'], unread)).toEqual(['file:/srv/shop-old/c.xml']);
  // What lies apart from it has nothing to do with it.
  expect(covered(['/srv'], '/srv/shop/d.xml')).toEqual(['file:/srv/shop-old/c.xml']);
  expect(covered(['/srv'], '/srv/other/deep/d.xml')).toEqual([
    'file:/srv/shop/a.xml',
    'file:/srv/shop-old/c.xml',
  ]);
  expect(covered(['/srv'], '/srv/d.xml')).toEqual([]);
});
