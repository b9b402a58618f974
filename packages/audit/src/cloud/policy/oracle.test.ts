import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { policyOf } from './document.ts';
import { reachOf } from './reach.ts';
import { MAX_BUDGET } from './search.ts';

/**
 * The evaluator answers for whole classes of requests. Here every single request of a small world is tried,
 * against rules written a second time, from AWS's pages on the logic of evaluation, and in another way.
 */

type Json = Record<string, unknown>;
type Facts = Record<string, string | undefined>;
interface Person {
  who: 'anonymous' | 'stranger' | 'friend' | 'colleague';
  place: 'anywhere' | 'office' | 'own endpoint' | 'named endpoint';
  facts: Facts;
}

const USERNAME = '$' + '{aws:username}';
const OWNER = '111111111111';
const FRIEND = '222222222222';
const patterns = new Map<string, RegExp>();
function pattern(text: string): RegExp {
  const made = patterns.get(text);
  if (made) return made;
  const source = [...text].map((c) =>
    c === '*' ? '.*' : c === '?' ? '.' : c.replace(/[^a-z0-9]/gi, '\\$&'),
  );
  const fresh = new RegExp(`^${source.join('')}$`);
  patterns.set(text, fresh);
  return fresh;
}
const bits = (address: string) =>
  address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');

function inRange(address: string, range: string): boolean {
  if (address.includes(':') || range.includes(':')) return address.includes(':') && range === '::/0';
  const [start, length] = range.split('/');
  return bits(address).slice(0, Number(length ?? 32)) === bits(start!).slice(0, Number(length ?? 32));
}

function fulfilled(operator: string, key: string, values: string[], facts: Facts): boolean {
  const value = facts[key.toLowerCase()];
  if (operator === 'Null') return values.includes(String(value === undefined));
  const all = operator.startsWith('ForAllValues:');
  const any = operator.startsWith('ForAnyValue:');
  let bare = operator.replace(/^For\w+:/, '');
  if (value === undefined) {
    if (all || bare.endsWith('IfExists')) return true;
    return bare.includes('Not') && !any;
  }
  bare = bare.replace('IfExists', '');
  const filled = values.map((one) => one.replace(USERNAME, facts['aws:username'] ?? '\u0000'));
  switch (bare) {
    case 'StringEquals':
      return filled.includes(value);
    case 'StringNotEquals':
      return !filled.includes(value);
    case 'StringLike':
      return filled.some((one) => pattern(one).test(value));
    case 'StringNotLike':
      return !filled.some((one) => pattern(one).test(value));
    case 'ArnLike':
      return filled.some((one) => {
        const [wanted, has] = [one.split(':'), value.split(':')];
        return wanted.length === has.length && wanted.every((part, at) => pattern(part).test(has[at]!));
      });
    case 'Bool':
      return filled.includes(value);
    case 'IpAddress':
      return values.some((one) => inRange(value, one));
    case 'NotIpAddress':
      return !values.some((one) => inRange(value, one));
    default:
      throw new Error(operator);
  }
}

function permitted(policy: Json, person: Person, action: string, resource: string): boolean {
  const verdicts = (policy.Statement as Json[]).map((one) => {
    const named = JSON.stringify(one.Principal ?? one.NotPrincipal);
    const friend = person.who === 'friend' && named.includes(FRIEND);
    const meant = named.includes('"*"') || friend;
    if (meant === (one.NotPrincipal !== undefined)) return undefined;
    const actions = (one.Action ?? one.NotAction) as string[];
    if (actions.some((text) => pattern(text).test(action)) === (one.NotAction !== undefined))
      return undefined;
    const resources = (one.Resource ?? one.NotResource) as string[];
    const name = person.facts['aws:username'];
    const hit = resources.some(
      (text) =>
        !(text.includes('${') && name === undefined) && pattern(text.replace(USERNAME, name!)).test(resource),
    );
    if (hit === (one.NotResource !== undefined)) return undefined;
    for (const [operator, keys] of Object.entries((one.Condition ?? {}) as Json)) {
      for (const [key, values] of Object.entries(keys as Json)) {
        if (!fulfilled(operator, key, values as string[], person.facts)) return undefined;
      }
    }
    return one.Effect;
  });
  return verdicts.includes('Allow') && !verdicts.includes('Deny');
}

const ACCOUNTS = [
  ['stranger', '999900001111', [undefined, 'o-outsider00']],
  ['colleague', '333333333333', ['o-ours']],
  ['friend', FRIEND, [undefined, 'o-ours', 'o-outsider00']],
] as const;

/** Everybody there is in the small world. */
function* people(policy: string): Iterable<Person> {
  // What the policy does not speak of makes no difference.
  const spoken = <T>(key: string, values: T[]) => (policy.includes(key) ? values : values.slice(0, 1));
  const referers = spoken('aws:Referer', [undefined, 'https://ours.example/', 'https://ours.example/*', 'x']);
  const names = spoken('aws:username', [undefined, 'outsider', 'ours']);
  const roles = spoken('aws:PrincipalArn', ['reader', 'outsider']);
  const places = [
    ...['8.8.8.8', '200.1.1.1', '2600:1::1'].map((ip) => ['anywhere', { 'aws:sourceip': ip }] as const),
    ...['203.0.113.5', '198.51.100.7'].map((ip) => ['office', { 'aws:sourceip': ip }] as const),
    ['own endpoint', { 'aws:sourcevpce': 'vpce-00outsider', 'aws:sourcevpc': 'vpc-00outsider' }] as const,
    ['named endpoint', { 'aws:sourcevpce': 'vpce-1', 'aws:sourcevpc': 'vpc-00outsider' }] as const,
  ];
  const said: Facts[] = [];
  for (const referer of referers) {
    for (const secure of spoken('aws:SecureTransport', ['true', 'false']))
      said.push({ 'aws:referer': referer, 'aws:securetransport': secure });
  }
  for (const [place, where] of places) {
    for (const words of said) {
      yield { who: 'anonymous', place, facts: { ...where, ...words, 'aws:principalaccount': 'anonymous' } };
      for (const [who, account, organisations] of ACCOUNTS) {
        for (const organisation of organisations) {
          for (const [name, role] of names.flatMap((name) => roles.map((role) => [name, role] as const))) {
            const arn = `arn:aws:iam::${account}:role/${role}`;
            const person = {
              'aws:principalaccount': account,
              'aws:principalorgid': organisation,
              'aws:principalarn': arn,
            };
            yield { who, place, facts: { ...where, ...words, ...person, 'aws:username': name } };
          }
        }
      }
    }
  }
}

const some = <T>(...values: T[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
const condition = fc.oneof(
  fc.tuple(
    fc.constantFrom('IpAddress', 'NotIpAddress', 'IpAddressIfExists'),
    fc.constant('aws:SourceIp'),
    some('0.0.0.0/0', '0.0.0.0/1', '128.0.0.0/1', '203.0.113.0/24', '198.51.100.7', '::/0'),
  ),
  fc.tuple(
    fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringEqualsIfExists',
      'ForAllValues:StringEquals',
    ),
    fc.constant('aws:SourceVpce'),
    some('vpce-1', 'vpce-*'),
  ),
  fc.tuple(
    fc.constantFrom(
      'StringEquals',
      'StringNotEquals',
      'StringLike',
      'StringNotEqualsIfExists',
      'ForAllValues:StringEquals',
      'ForAnyValue:StringEquals',
    ),
    fc.constant('aws:PrincipalOrgID'),
    some('o-ours', 'o-*'),
  ),
  fc.tuple(
    fc.constantFrom('StringLike', 'StringNotLike', 'StringEquals', 'StringLikeIfExists'),
    fc.constant('aws:Referer'),
    some('https://ours.example/*', 'https://ours.example/'),
  ),
  fc.tuple(
    fc.constantFrom('StringEquals', 'StringNotEquals'),
    fc.constant('aws:PrincipalAccount'),
    some(FRIEND, 'anonymous'),
  ),
  fc.tuple(
    fc.constantFrom('ArnLike'),
    fc.constant('aws:PrincipalArn'),
    some(`arn:aws:iam::${FRIEND}:role/*`, 'arn:aws:iam::*:role/reader', '*'),
  ),
  fc.tuple(fc.constant('Bool'), fc.constant('aws:SecureTransport'), some('true', 'false')),
  fc.tuple(
    fc.constant('Null'),
    fc.constantFrom('aws:Referer', 'aws:PrincipalOrgID', 'aws:SourceVpce', 'aws:SourceIp'),
    some('true', 'false'),
  ),
  fc.tuple(fc.constantFrom('StringEquals', 'StringNotEquals'), fc.constant('aws:username'), some('ours')),
);
const conditions = fc.array(condition, { maxLength: 2 }).map((list) => {
  const block: Json = {};
  for (const [operator, key, values] of list)
    block[operator] = { ...(block[operator] as Json), [key]: values };
  return block;
});
const statement = fc
  .record({
    Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
    who: fc.constantFrom<Json>(
      ...[
        { Principal: '*' },
        { Principal: { AWS: ['*'] } },
        { Principal: '*' },
        { Principal: { AWS: [`arn:aws:iam::${OWNER}:root`] } },
      ],
      ...[
        { Principal: { AWS: [FRIEND] } },
        { NotPrincipal: { AWS: [`arn:aws:iam::${FRIEND}:root`, FRIEND] } },
        { Principal: { AWS: [FRIEND, OWNER] } },
      ],
    ),
    what: fc.constantFrom<Json>(
      { Action: ['s3:GetObject'] },
      { Action: ['s3:G?t*'] },
      { Action: ['s3:*'] },
      { NotAction: ['s3:Put*'] },
      { Action: ['s3:PutObject'] },
    ),
    where: fc.constantFrom<Json>(
      ...[
        { Resource: ['arn:aws:s3:::b/*'] },
        { Resource: ['*'] },
        { Resource: ['arn:aws:s3:::b/private/*'] },
      ],
      ...[
        { NotResource: ['arn:aws:s3:::b/private/*'] },
        { Resource: ['arn:aws:s3:::b/'.concat(USERNAME, '/*')] },
      ],
    ),
    Condition: conditions,
  })
  .map(({ Effect, who, what, where, Condition }) => ({ Effect, ...who, ...what, ...where, Condition }));
const policy = fc
  .array(statement, { minLength: 1, maxLength: 3 })
  .map((Statement) => ({ Version: '2012-10-17', Statement }));

const RESOURCES = [
  'arn:aws:s3:::b/any',
  'arn:aws:s3:::b/private/x',
  'arn:aws:s3:::b/outsider/x',
  'arn:aws:s3:::b/ours/x',
];

function truth(document: Json): string {
  const can = [...people(JSON.stringify(document))].filter((one) =>
    RESOURCES.some((resource) => permitted(document, one, 's3:GetObject', resource)),
  );
  if (can.some((one) => one.who === 'anonymous' && one.place === 'anywhere')) return 'everybody';
  const stranger = ({ who }: Person) => who === 'anonymous' || who === 'stranger';
  if (can.some((one) => stranger(one) && (one.place === 'anywhere' || one.place === 'own endpoint')))
    return 'any-account';
  return can.length > 0 ? 'some' : 'nobody';
}

describe('the reach of a policy', () => {
  it('is what trying every request of a small world finds', () => {
    fc.assert(
      fc.property(policy, (document) => {
        const ask = {
          actions: ['s3:GetObject'],
          resources: RESOURCES,
          owner: OWNER,
          now: new Date(0),
          budget: { left: MAX_BUDGET },
        };
        const { audience } = reachOf(policyOf(document).statements, ask);
        expect(audience === 'conditioned' || audience === 'named' ? 'some' : audience).toBe(truth(document));
      }),
      { numRuns: 250 },
    );
  });
});
