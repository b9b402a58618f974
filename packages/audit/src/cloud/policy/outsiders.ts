import type { Condition } from './condition.ts';
import { arnParts, globMatches, hasWildcard, instanceOf } from './glob.ts';
import { resolved, variablesIn } from './variables.ts';

/** What it takes to send a value: nothing; being somebody or somewhere; or nobody here knows. */
export type Cost = 'open' | 'held' | 'unknown';

export type HeldKind =
  | 'account'
  | 'organisation'
  | 'network'
  | 'address'
  | 'service'
  | 'access-point'
  | 'value';

/** What somebody must be or have: `aws:SourceVpce vpce-1`. */
export interface Held {
  readonly kind: HeldKind;
  readonly text: string;
  /** The value alone. */
  readonly value: string;
}

/** One thing that a requester may say for a key; no values: leaves it out. */
export interface Candidate {
  readonly values: readonly string[];
  readonly cost: Cost;
  readonly held?: Held;
}

export type Kind = 'anonymous' | 'aws' | 'service';

/** Who asks, as far as keys depend on it. `account` and `arn`: somebody whom the policy names. */
export interface Identity {
  readonly kind: Kind;
  readonly account?: string;
  readonly arn?: string;
}

/** Somebody whom no policy names. */
export const OUTSIDER = {
  account: '999900001111',
  arn: 'arn:aws:iam::999900001111:role/outsider',
  organisation: 'o-outsider00',
  unit: 'o-outsider00/r-outs/ou-outs-outsider/',
  user: 'AROAOUTSIDEROUTSIDER:outsider',
  text: 'outsider',
} as const;

const ABSENT: Candidate = { values: [], cost: 'open' };
const open = (...values: string[]): Candidate => ({ values, cost: 'open' });

/** Keys whose value whoever asks chooses: headers, parameters of the request, what is in it. */
const FREE =
  /^(?:aws:(?:referer|useragent|requesttag\/.*|tagkeys|requestedregion)|s3:(?:prefix|delimiter|max-keys|x-amz-.*|versionid|object-?lock.*|requestobjecttag.*|tlsversion|locationconstraint|if-.*|objectcreationoperation)|sns:(?:endpoint|protocol)|kms:(?:encryption.*|grant.*|reencryptonsamekey|requestalias|viaservice|signingalgorithm|messagetype|macalgorithm)|lambda:(?:functionurlauthtype|functionarn|invokedviafunctionurl)|secretsmanager:(?:versionstage|versionid|secretid)|s3:existingobjecttag.*|es:.*|elasticfilesystem:accesspointarn)$/;
/** As those, but only a signed request has them. */
const FREE_IF_SIGNED =
  /^(?:aws:(?:username|principaltag\/.*|multifactorauth(?:present|age)|tokenissuetime|calledvia.*|sourceidentity|rolesessionname|ec2instancesourcevpc)|s3:(?:authtype|signatureversion|signatureage)|sts:.*)$/;
const RESOURCE = /^(?:aws:resource.*|s3:resource.*|kms:resourcealiases|kms:key.*)$/;
/** Set by a service of AWS that acts for somebody, and by nobody else. */
const SOURCE = /^aws:(?:sourcearn|sourceaccount|sourceowner|sourceorgid|sourceorgpaths)$/;

/** Keys that say where a request comes from: they are decided together, in `places.ts`. */
export const PLACE =
  /^aws:(?:sourceip|vpcsourceip|sourcevpc|sourcevpce|sourcevpcarn|vpceaccount|vpceorgid|vpceorgpaths)$/;

/** What a requester may say for one key, such that every way of meeting or missing the conditions is there. */
export function candidatesFor(
  key: string,
  conditions: readonly Condition[],
  identity: Identity,
  { now, owner }: { readonly now: Date; readonly owner: string | undefined },
): Candidate[] {
  const about = conditions.filter((condition) => condition.key === key);
  const written = about[0]?.written ?? key;
  const held = (kind: HeldKind, value: string): Candidate => ({
    values: [value],
    cost: 'held',
    held: { kind, value, text: `${written} ${value}` },
  });
  const anonymous = identity.kind === 'anonymous';
  if (FREE.test(key)) return [ABSENT, ...textsFor(about).map((text) => open(text))];
  if (FREE_IF_SIGNED.test(key)) {
    return anonymous ? [ABSENT] : [ABSENT, ...textsFor(about).map((text) => open(text))];
  }
  const literals = valuesOf(about);
  const byAccount = (kind: HeldKind) =>
    unique(literals.map((literal) => foreign(literal))).map((text) =>
      isForeign(text) ? open(text) : held(kind, text),
    );
  if (SOURCE.test(key)) {
    if (identity.kind === 'service') return [open(fresh(key)), ...byAccount('service')];
    return [ABSENT, ...byAccount('service').filter((one) => one.cost === 'held' || !anonymous)];
  }
  if (RESOURCE.test(key)) {
    if (/:resourceaccount$/.test(key) && owner !== undefined) return [open(owner)];
    return unique(['', ...textsFor(about)]).map((text) => ({ values: text ? [text] : [], cost: 'unknown' }));
  }
  switch (key) {
    case 'aws:securetransport':
      return [open('true'), open('false')];
    case 'aws:currenttime':
      return [open(now.toISOString())];
    case 'aws:epochtime':
      return [open(String(Math.floor(now.getTime() / 1000)))];
    case 'aws:viaawsservice':
      return anonymous ? [open('false')] : [open('false'), open('true')];
    case 'aws:principalisawsservice':
      if (identity.kind === 'service') return [open('true')];
      return anonymous ? [ABSENT] : [open('false'), held('service', 'true')];
    case 'aws:principaltype':
      return anonymous ? [open('Anonymous')] : ['Account', 'User', 'AssumedRole'].map((type) => open(type));
    case 'aws:principalaccount':
    case 'kms:calleraccount':
      if (anonymous) return key === 'kms:calleraccount' ? [ABSENT] : [open('anonymous')];
      return [open(identity.account ?? OUTSIDER.account)];
    case 'aws:principalarn':
      if (anonymous) return [ABSENT];
      return identity.arn === undefined ? arnsOf(identity.account, literals) : [open(identity.arn)];
    case 'aws:principalorgid':
    case 'aws:principalorgpaths':
      if (anonymous) return [ABSENT];
      return [ABSENT, open(fresh(key)), ...byAccount('organisation')];
    case 'aws:userid':
      return anonymous ? [open('anonymous')] : [open(OUTSIDER.user), ...byAccount('account')];
    case 's3:dataaccesspointaccount':
    case 's3:dataaccesspointarn':
    case 's3:accesspointnetworkorigin':
    case 's3:accessgrantsinstancearn':
      return [ABSENT, ...textsFor(about).map((text) => held('access-point', text))];
    case 'elasticfilesystem:accessedviamounttarget':
      return [open('false'), held('network', 'true')];
    default:
      return unique(['', ...textsFor(about)]).map((text) => ({
        values: text ? [text] : [],
        cost: 'unknown',
      }));
  }
}

/** ARNs that somebody of an account can have: their own, and those that a pattern leaves room for. */
function arnsOf(account: string = OUTSIDER.account, patterns: readonly string[]): Candidate[] {
  const arns = patterns
    .map((pattern) => foreign(pattern, account))
    .filter((arn) => arnParts(arn)[4] === account);
  return unique([OUTSIDER.arn.replace(OUTSIDER.account, account), ...arns]).map((arn) => open(arn));
}

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** What an outsider has for a key that says who somebody is. */
function fresh(key: string): string {
  if (key.endsWith('orgid')) return OUTSIDER.organisation;
  if (key.endsWith('orgpaths')) return OUTSIDER.unit;
  return key.endsWith('arn') ? OUTSIDER.arn : OUTSIDER.account;
}

const CHOSEN = [OUTSIDER.account, OUTSIDER.organisation, OUTSIDER.user.slice(0, 12)];
const isForeign = (text: string): boolean => CHOSEN.some((one) => text.includes(one));

/**
 * The pattern's text as an outsider could bear it: with their own account, organisation or user id where the
 * pattern has room for one, and else the pattern's own, which is somebody else's.
 */
function foreign(pattern: string, account: string = OUTSIDER.account): string {
  if (!hasWildcard(pattern)) return pattern;
  const parts = arnParts(pattern);
  if (parts.length === 6 && globMatches(parts[4]!, account)) {
    const wild = { 1: 'aws', 2: 'iam', 4: account } as Record<number, string>;
    return parts
      .map((part, at) => (hasWildcard(part) ? (wild[at] ?? instanceOf(part, 'x')) : part))
      .join(':');
  }
  // A bucket's ARN names no account; one that begins with a star may be anybody's.
  if (parts.length === 6 && parts[4] === '' && /^[*?]/.test(parts[5]!)) {
    return [
      ...parts.slice(0, 5).map((part) => instanceOf(part)),
      instanceOf(parts[5]!, OUTSIDER.account),
    ].join(':');
  }
  for (const whole of [OUTSIDER.arn, OUTSIDER.unit, OUTSIDER.organisation, OUTSIDER.account, OUTSIDER.user]) {
    if (globMatches(pattern, whole)) return whole;
  }
  const user = instanceOf(pattern, OUTSIDER.user);
  return /^[*?]/.test(pattern) ? user : instanceOf(pattern, 'x');
}

const SAMPLE = new Map<string, readonly string[]>([
  ['aws:username', [OUTSIDER.text]],
  ['aws:userid', [OUTSIDER.user]],
  ['aws:principalaccount', [OUTSIDER.account]],
  ['aws:principalarn', [OUTSIDER.arn]],
]);

/** Accounts that the conditions of a policy name, by number or within an ARN. */
export function accountsIn(policy: readonly { readonly conditions: readonly Condition[] }[]): string[] {
  const conditions = policy.flatMap((statement) => statement.conditions);
  const about = conditions.filter(({ key }) =>
    /^(?:aws:principal(?:account|arn)|kms:calleraccount)$/.test(key),
  );
  return unique(about.flatMap(({ values }) => values.flatMap((value) => value.match(/\b\d{12}\b/) ?? [])));
}

/** The values of conditions; variables in them filled as an outsider has them. */
function valuesOf(conditions: readonly Condition[]): string[] {
  return unique(
    conditions.filter(({ test }) => test !== 'absent').flatMap(({ values }) => values.flatMap(filled)),
  );
}

export function filled(value: string): string[] {
  if (!value.includes('${')) return [value];
  const context = new Map(SAMPLE);
  for (const key of variablesIn(value)) if (!context.has(key)) context.set(key, [OUTSIDER.text]);
  return [value, resolved(value, context), resolved(value, new Map())].filter((text) => text !== undefined);
}

/** Texts around every value that a policy asks for: those that fit, those beside them, and one of nobody's. */
function textsFor(conditions: readonly Condition[]): string[] {
  const texts: string[] = [OUTSIDER.text];
  const patterns: string[] = [];
  for (const { test, values } of conditions) {
    for (const value of values.flatMap(filled)) {
      if (test === 'like' || test === 'arn') {
        texts.push(instanceOf(value), instanceOf(value, 'x'));
        patterns.push(value);
      } else if (/^(?:number|less|greater)/.test(test)) {
        for (const step of [-1, 0, 1]) texts.push(String(Number(value) + step));
      } else if (/^(?:date|before|after)/.test(test)) {
        const time = Date.parse(value);
        if (!Number.isNaN(time))
          texts.push(...[-1000, 0, 1000].map((step) => new Date(time + step).toISOString()));
      } else if (test !== 'absent') texts.push(value);
    }
  }
  // Two patterns that must fit at once: `a*` and `*z`.
  for (const one of patterns.slice(0, 20)) {
    for (const other of patterns.slice(0, 20))
      if (one !== other) texts.push(instanceOf(one) + instanceOf(other));
  }
  return unique(texts);
}
