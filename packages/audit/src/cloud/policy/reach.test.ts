import { describe, expect, it } from 'vitest';
import { awsCallsPublic } from './aws-public.ts';
import { policyOf } from './document.ts';
import { type Audience, reachOf } from './reach.ts';
import { MAX_BUDGET } from './search.ts';

type Conditions = Record<string, Record<string, string | string[]>>;

const asked = () => ({
  ...{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::b/k'], owner: '111111111111' },
  ...{ now: new Date('2026-06-01'), budget: { left: MAX_BUDGET } },
});
const allow = (Condition: Conditions, more: object = {}) => ({
  ...{ Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/*', Condition },
  ...more,
});
const reach = (...Statement: object[]) =>
  reachOf(policyOf({ Version: '2012-10-17', Statement }).statements, asked());
const USERNAME = '$'.concat('{aws:username}');

describe('who a condition leaves', () => {
  it.each<[string, Conditions, Audience]>([
    ['nothing asked', {}, 'everybody'],
    [
      'a referer, which anybody writes',
      { StringLike: { 'aws:Referer': 'https://ours.example/*' } },
      'everybody',
    ],
    ['a browser, which anybody claims', { StringEquals: { 'aws:UserAgent': 'Secret/1' } }, 'everybody'],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, 'everybody'],
    ['a header of S3', { StringEquals: { 's3:x-amz-acl': 'private' } }, 'everybody'],
    [
      'every address, in halves',
      { IpAddress: { 'aws:SourceIp': ['0.0.0.0/1', '128.0.0.0/1'] } },
      'everybody',
    ],
    ['every address but one office', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'everybody'],
    ['an office', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, 'conditioned'],
    [
      'private addresses, which never come from the internet',
      { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      'nobody',
    ],
    [
      'an office, if there is an address',
      { IpAddressIfExists: { 'aws:SourceIp': '203.0.113.0/24' } },
      'any-account',
    ],
    [
      'private addresses within some network',
      { IpAddress: { 'aws:VpcSourceIp': '10.0.0.0/8' } },
      'any-account',
    ],
    ['any endpoint', { StringLike: { 'aws:SourceVpce': 'vpce-*' } }, 'any-account'],
    ['one endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'conditioned'],
    ['not one endpoint', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }, 'everybody'],
    [
      'one endpoint, for all of none',
      { 'ForAllValues:StringEquals': { 'aws:SourceVpce': 'vpce-1' } },
      'everybody',
    ],
    ['one organisation', { StringEquals: { 'aws:PrincipalOrgID': 'o-ours' } }, 'conditioned'],
    ['any organisation', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }, 'any-account'],
    ['one organisation, if any', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-ours' } }, 'everybody'],
    [
      'a role of any account',
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/admin' } },
      'any-account',
    ],
    [
      'a role of the owner',
      { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111111111111:role/*' } },
      'nobody',
    ],
    ['a role of another', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::222222222222:role/*' } }, 'named'],
    [
      'a tag, which anybody gives themself',
      { StringEquals: { 'aws:PrincipalTag/team': 'red' } },
      'any-account',
    ],
    ['a second factor', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, 'any-account'],
    ['a service for the owner', { StringEquals: { 'aws:SourceAccount': '111111111111' } }, 'conditioned'],
    ['a service for anybody', { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } }, 'any-account'],
    ['a time that is over', { DateLessThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' } }, 'nobody'],
    ['a time that is not', { DateLessThan: { 'aws:CurrentTime': '2027-01-01T00:00:00Z' } }, 'everybody'],
    ['nobody who is signed in', { Null: { 'aws:PrincipalArn': 'true' } }, 'everybody'],
    ['somebody who is signed in', { Null: { 'aws:PrincipalArn': 'false' } }, 'any-account'],
    [
      'the access points of the owner',
      { StringEquals: { 's3:DataAccessPointAccount': '111111111111' } },
      'conditioned',
    ],
    ['a key that nobody here knows', { StringEquals: { 'new:Key': 'x' } }, 'undecided'],
  ])('%s', (_, condition, audience) => {
    expect(reach(allow(condition)).audience).toBe(audience);
  });

  it('is told with what guards nothing, and with what it takes', () => {
    expect(reach(allow({ StringEquals: { 'aws:Referer': 'x' } })).spoofed).toEqual(['aws:Referer']);
    expect(
      reach(allow({ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } })).held.map(({ text }) => text),
    ).toEqual(['address 203.0.113.0–203.0.113.255']);
  });
});

describe('statements together', () => {
  it('deny before they allow, whatever their order', () => {
    const deny = { ...allow({ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }), Effect: 'Deny' };
    expect(reach(allow({}), deny).audience).toBe('conditioned');
    expect(reach({ ...deny, Condition: {} }, allow({})).audience).toBe('nobody');
    // One that denies without TLS leaves everybody with it.
    expect(
      reach({ ...deny, Condition: { Bool: { 'aws:SecureTransport': 'false' } } }, allow({})).audience,
    ).toBe('everybody');
  });

  it('mean all others by NotPrincipal, NotAction and NotResource', () => {
    const { Principal: _, ...others } = allow(
      {},
      { NotPrincipal: { AWS: 'arn:aws:iam::111111111111:root' } },
    ) as Record<string, unknown>;
    expect(reach(others).audience).toBe('everybody');
    const { Action: __, ...rest } = allow({}, { NotAction: 's3:PutObject' }) as Record<string, unknown>;
    expect(reach(rest).audience).toBe('everybody');
    const { Resource: ___, ...elsewhere } = allow({}, { NotResource: 'arn:aws:s3:::b/private/*' }) as Record<
      string,
      unknown
    >;
    expect(reach(elsewhere).audience).toBe('everybody');
  });

  it('fill variables only where the version has them', () => {
    const own = allow({}, { Resource: `arn:aws:s3:::b/home/${USERNAME}/*` });
    const home = { ...asked(), resources: ['arn:aws:s3:::b/home/outsider/x'] };
    const of = (Version: string) => reachOf(policyOf({ Version, Statement: own }).statements, home).audience;
    expect([of('2012-10-17'), of('2008-10-17')]).toEqual(['any-account', 'nobody']);
  });

  it('that cannot be understood are problems, and no guess', () => {
    const problems = (statement: object) => policyOf({ Statement: statement }).problems;
    expect(problems(allow({ StringSortOf: { a: 'b' } }))).toEqual([
      'statement 1: has a condition operator that AWS does not have',
    ]);
    expect(problems({ Effect: 'Allow', Action: '*' })).toEqual(['statement 1: has no Principal']);
    expect(problems(allow({}, { Principal: { AWS: 'arn:aws:iam::*:root' } }))).toEqual([
      'statement 1: has a wildcard within a principal',
    ]);
    expect(policyOf('[').problems).toEqual(['the policy is no JSON object']);
  });

  it('end: where there are too many conditions to try them all, nobody knows', () => {
    const tags = Array.from({ length: 12 }, (_, at) => `aws:RequestTag/${at}`);
    const values = Array.from({ length: 30 }, (_, at) => `v${at}`);
    const any = Object.fromEntries(tags.map((tag) => [tag, values]));
    const deny = { ...allow({ StringLike: { [tags[0]!]: 'v*' } }), Effect: 'Deny' };
    const budget = { left: MAX_BUDGET };
    const statements = policyOf({
      Statement: Array(20)
        .fill([allow({ StringEquals: any }), deny])
        .flat(),
    }).statements;
    const { audience, reasons } = reachOf(statements, { ...asked(), budget });
    expect([audience, reasons]).toEqual([
      'undecided',
      ['the policy has too many conditions to try all of them'],
    ]);
    expect(budget.left).toBeGreaterThan(-100_000);
  });
});

describe('what AWS calls public', () => {
  it.each<[Conditions, boolean]>([
    [{}, true],
    [{ StringEquals: { 'aws:SourceVpce': 'vpce-1' } }, false],
    [{ StringLike: { 'aws:SourceVpce': 'vpce-*' } }, true],
    [{ IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }, false],
    [{ IpAddress: { 'aws:SourceIp': '0.0.0.0/1' } }, true],
    [{ StringEquals: { 'aws:Referer': 'x' } }, true],
    [{ StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }, true],
  ])('%j', (condition, called) => {
    expect(awsCallsPublic(policyOf({ Statement: allow(condition) }).statements)).toBe(called);
  });
});
