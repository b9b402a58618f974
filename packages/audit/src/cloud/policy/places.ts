import { addressText, piecesOf, type Stretch, stretchOf } from './addresses.ts';
import type { Condition, Context } from './condition.ts';
import { globMatches, hasWildcard } from './glob.ts';
import { type Cost, type Held, type HeldKind, OUTSIDER, PLACE } from './outsiders.ts';

/**
 * Where a request comes from. Through a VPC endpoint there is no `aws:SourceIp`, but the endpoint's keys; from
 * the internet it is the other way round. Anybody with an account can have an endpoint.
 */
export interface Place {
  readonly context: Context;
  readonly cost: Cost;
  /** Addresses of the internet that the conditions do not tell apart. */
  readonly stretch?: Stretch;
  readonly held?: Held;
}

/** More stretches than this are not looked at. */
const MAX_STRETCHES = 1_000;

/** Every kind of place that the conditions tell apart; undefined if there are too many. */
export function placesFor(conditions: readonly Condition[]): Place[] | undefined {
  const about = conditions.filter(({ key }) => PLACE.test(key));
  const internet = piecesOf(stretchesOf(about, 'aws:sourceip'));
  if (internet.length > MAX_STRETCHES) return undefined;
  const places: Place[] = internet.map((stretch) => ({
    context: new Map([['aws:sourceip', [addressText(stretch)]]]),
    cost: 'open',
    stretch,
  }));
  if (about.length === 0) return places;
  const inner = piecesOf(stretchesOf(about, 'aws:vpcsourceip'), { reserved: true });
  for (const stretch of inner.slice(0, MAX_STRETCHES)) places.push(endpoint('open', addressText(stretch)));
  for (const { key, test, values, written } of about) {
    if (!(key in OWN) || test === 'absent') continue;
    for (const value of values) {
      const cost = anybodys(key, value) ? 'open' : 'held';
      const held: Held = { kind: kindOf(key), value, text: `${written} ${value}` };
      const own = cost === 'open' ? chosen(key, value) : value.replaceAll('*', 'x').replaceAll('?', 'x');
      const place = endpoint(cost, '10.0.0.1', { [key]: own });
      places.push(cost === 'held' ? { ...place, held } : place);
    }
  }
  return places;
}

const OWN: Readonly<Record<string, string>> = {
  'aws:sourcevpc': 'vpc-00outsider',
  'aws:sourcevpce': 'vpce-00outsider',
  'aws:sourcevpcarn': `arn:aws:ec2:us-east-1:${OUTSIDER.account}:vpc/vpc-00outsider`,
  'aws:vpceaccount': OUTSIDER.account,
  'aws:vpceorgid': OUTSIDER.organisation,
  'aws:vpceorgpaths': OUTSIDER.unit,
};

function endpoint(cost: Cost, address: string, other: Readonly<Record<string, string>> = {}): Place {
  const keys = { ...OWN, 'aws:vpcsourceip': address, ...other };
  return { cost, context: new Map(Object.entries(keys).map(([key, value]) => [key, [value]])) };
}

const kindOf = (key: string): HeldKind =>
  key.includes('org') ? 'organisation' : key === 'aws:vpceaccount' ? 'account' : 'network';

/** Whether an outsider's own endpoint can have a value that fits. */
const anybodys = (key: string, pattern: string): boolean => chosen(key, pattern) !== '';

function chosen(key: string, pattern: string): string {
  if (!hasWildcard(pattern)) return '';
  return globMatches(pattern, OWN[key]!) ? OWN[key]! : '';
}

function stretchesOf(conditions: readonly Condition[], key: string): Stretch[] {
  return conditions
    .filter((condition) => condition.key === key)
    .flatMap(({ values }) => values.map(stretchOf))
    .filter((stretch) => stretch !== undefined);
}
