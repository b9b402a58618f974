import { addressText, asGoodAsEverybody, type Stretch } from './addresses.ts';
import { concerns, includes } from './decision.ts';
import type { Statement } from './document.ts';
import { arnParts } from './glob.ts';
import { accountsIn, type Held } from './outsiders.ts';
import { type Budget, type Question, search } from './search.ts';

/**
 * Who outside of the owner's account may do something, widest first.
 *
 * - `everybody`: without signing in.
 * - `any-account`: whoever has an account at AWS, which is anybody.
 * - `conditioned`: who is somewhere or somebody that a condition asks for (`held`).
 * - `named`: accounts that the policy names.
 * - `undecided`: something that is not known here decides it (`reasons`).
 */
export type Audience = 'everybody' | 'any-account' | 'conditioned' | 'named' | 'undecided' | 'nobody';

const WIDEST: readonly Audience[] = [
  'everybody',
  'any-account',
  'conditioned',
  'named',
  'undecided',
  'nobody',
];

export interface Reach {
  readonly audience: Audience;
  readonly action: string;
  /** The statement that allows it. */
  readonly statement?: Statement;
  /** What somebody must be or have, when it is conditioned. */
  readonly held: readonly Held[];
  /** Keys that the statement asks for although whoever asks writes them: they guard nothing. */
  readonly spoofed: readonly string[];
  readonly reasons: readonly string[];
}

export interface Ask {
  readonly actions: readonly string[];
  /** Resources to ask for beside those that the statements' own patterns suggest. */
  readonly resources: readonly string[];
  /** Number of the owner's account, when known. */
  readonly owner?: string | undefined;
  readonly now: Date;
  /** Shared by all questions about one policy. */
  readonly budget: Budget;
}

/** The widest of several; of equals the first. */
export function widest(reaches: readonly Reach[]): Reach | undefined {
  return [...reaches].sort((a, b) => WIDEST.indexOf(a.audience) - WIDEST.indexOf(b.audience))[0];
}

const nothing = (action: string, audience: Audience, reasons: readonly string[] = []): Reach => ({
  audience,
  action,
  held: [],
  spoofed: [],
  reasons,
});

const TOO_MUCH = 'the policy has too many conditions to try all of them';
const dependsOn = (keys: readonly string[]) => `it depends on ${keys.join(', ')}`;

/** Who outside may do the widest of these actions on any of these resources. */
export function reachOf(statements: readonly Statement[], ask: Ask): Reach {
  const reaches = ask.actions.flatMap((action) =>
    statements
      .filter(({ allows, actions }) => allows && includes(actions, action, undefined, true))
      .map((statement) => reachBy(statement, statements, action, ask)),
  );
  return widest(reaches) ?? nothing(ask.actions[0]!, 'nobody');
}

function reachBy(
  statement: Statement,
  all: readonly Statement[],
  action: string,
  { resources, ...common }: Ask,
): Reach {
  const found: Reach[] = [];
  for (const resource of resources) {
    if (common.budget.left <= 0) {
      found.push(nothing(action, 'undecided', [TOO_MUCH]));
      break;
    }
    if (
      statement.resources &&
      !statement.variables &&
      !includes(statement.resources, resource, undefined, false)
    ) {
      continue;
    }
    const question: Question = { ...common, statement, all, action, resource };
    for (const reach of strangers(question)) {
      found.push(reach);
      if (reach.audience === 'everybody') return reach;
    }
    found.push(...known(question));
  }
  return widest(found) ?? nothing(action, 'nobody');
}

/** What people can do whom the policy does not name. */
function* strangers(question: Question): Iterable<Reach> {
  const { statement, action } = question;
  const told = {
    action,
    statement,
    held: [] as Held[],
    spoofed: spoofedIn(statement),
    reasons: [] as string[],
  };
  for (const kind of ['anonymous', 'aws'] as const) {
    if (!concerns(statement.principals, requesterFor(kind))) continue;
    const { stretches, endpoint, held, unknown, tooMuch } = search(question, { kind });
    if (tooMuch) yield nothing(action, 'undecided', [TOO_MUCH]);
    if (asGoodAsEverybody(stretches)) {
      yield { ...told, audience: kind === 'anonymous' ? 'everybody' : 'any-account' };
    } else if (endpoint) yield { ...told, audience: 'any-account' };
    else if (stretches.length > 0) yield { ...told, audience: 'conditioned', held: addresses(stretches) };
    if (held !== undefined) {
      yield { ...told, audience: 'conditioned', held };
    }
    if (unknown !== undefined) {
      yield { ...told, audience: 'undecided', reasons: [dependsOn(unknown)] };
    }
  }
}

const requesterFor = (kind: 'anonymous' | 'aws') =>
  kind === 'anonymous' ? ({ kind } as const) : ({ kind, account: '', arn: '' } as const);

const addresses = (stretches: readonly Stretch[]): Held[] =>
  stretches.slice(0, 20).map((one) => {
    const last = addressText({ ...one, first: one.last });
    const value = one.first === one.last ? last : `${addressText(one)}–${last}`;
    return { kind: 'address', text: `address ${value}`, value };
  });

/** Named ones that are looked at. */
const MAX_NAMED = 100;

/** What those can do whom the policy names, by a principal or in a condition. */
function known(question: Question): Reach[] {
  const { statement, all, owner, action } = question;
  const { others, elsewhere } = statement.principals;
  const names = [...all.flatMap(({ principals }) => principals.aws), ...accountsIn(all)];
  const reaches: Reach[] = [];
  for (const one of [...new Set(names)].slice(0, MAX_NAMED)) {
    const bare = /^\d{12}$/.test(one);
    const account = bare ? one : (arnParts(one)[4] ?? '');
    const arn = bare || one.endsWith(':root') ? undefined : one;
    const identity = { kind: 'aws', account, ...(arn !== undefined && { arn }) } as const;
    if (account === owner || !concerns(statement.principals, { ...identity, arn: arn ?? '' })) continue;
    const { stretches, endpoint, held, unknown, tooMuch } = search(question, identity);
    const who: Held = { kind: 'account', value: one, text: `principal ${one}` };
    const told = { action, statement, held: [who, ...(held ?? [])], spoofed: [], reasons: [] };
    if (stretches.length > 0 || endpoint || held !== undefined) reaches.push({ ...told, audience: 'named' });
    else if (unknown) reaches.push({ ...told, audience: 'undecided', reasons: [dependsOn(unknown)] });
    else if (tooMuch) reaches.push(nothing(action, 'undecided', [TOO_MUCH]));
  }
  for (const one of others ? [] : elsewhere.slice(0, MAX_NAMED)) {
    const held: Held[] = [{ kind: 'account', value: one, text: `principal ${one}` }];
    reaches.push({ action, statement, held, spoofed: [], reasons: [], audience: 'named' });
  }
  return together(reaches);
}

/** Several names of one statement are one answer with all of them. */
function together(reaches: Reach[]): Reach[] {
  const named = reaches.filter(({ audience }) => audience === 'named');
  if (named.length < 2) return reaches;
  const held = [...new Map(named.flatMap((reach) => reach.held).map((one) => [one.text, one])).values()];
  return [{ ...named[0]!, held }, ...reaches.filter(({ audience }) => audience !== 'named')];
}

/** Headers anybody can write: a policy that asks for them asks for nothing. */
const SPOOFED = /^aws:(?:referer|useragent)$/;

const spoofedIn = (statement: Statement): string[] => [
  ...new Set(statement.conditions.filter(({ key }) => SPOOFED.test(key)).map(({ written }) => written)),
];

/** A service of AWS that may act here for anybody's resources, because nothing says for whose. */
export interface Deputy {
  readonly service: string;
  readonly action: string;
  readonly statement: Statement;
}

/** Services that may do any of these actions on behalf of strangers. */
export function deputies(statements: readonly Statement[], ask: Ask): Deputy[] {
  const found = new Map<string, Deputy>();
  for (const statement of statements) {
    if (!statement.allows || statement.principals.others) continue;
    for (const service of statement.principals.services) {
      for (const action of ask.actions) {
        for (const resource of ask.resources) {
          if (found.has(service) || !includes(statement.actions, action, undefined, true)) continue;
          const question = { ...ask, statement, all: statements, action, resource };
          const { stretches } = search(question, { kind: 'service', service });
          if (asGoodAsEverybody(stretches)) found.set(service, { service, action, statement });
        }
      }
    }
  }
  return [...found.values()];
}
