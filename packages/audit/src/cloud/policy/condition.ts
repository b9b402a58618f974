import { isRecord } from '../json/value.ts';
import { stretchOf, within } from './addresses.ts';
import { arnMatches, globMatches, LITERAL_QUESTION, LITERAL_STAR } from './glob.ts';
import { textsOf, Unclear } from './reading.ts';
import { resolved } from './variables.ts';

/** What a request says of itself: keys in lower case, with the values that each has. */
export type Context = ReadonlyMap<string, readonly string[]>;

export interface Condition {
  readonly test: Test;
  /** True turns the test around: the value must fit none of those listed. */
  readonly negated: boolean;
  readonly quantifier?: 'all' | 'any';
  readonly ifExists: boolean;
  /** In lower case. */
  readonly key: string;
  /** As it stands in the policy. */
  readonly written: string;
  readonly values: readonly string[];
}

export type Test = keyof typeof TESTS;

/** A wanted text without wildcards: stars that stand for themselves are stars. */
const plain = (wanted: string) => wanted.replaceAll(LITERAL_STAR, '*').replaceAll(LITERAL_QUESTION, '?');

/** How one value of a request fits one value of a policy. */
const TESTS = {
  equals: (wanted: string, value: string) => plain(wanted) === value,
  equalsAnyCase: (wanted: string, value: string) => plain(wanted).toLowerCase() === value.toLowerCase(),
  like: globMatches,
  arn: arnMatches,
  address: (wanted: string, value: string) => {
    const [range, address] = [stretchOf(wanted), stretchOf(value)];
    return range !== undefined && address !== undefined && within(address, range);
  },
  number: (wanted: string, value: string) => Number(value) === Number(wanted),
  less: (wanted: string, value: string) => Number(value) < Number(wanted),
  lessOrEqual: (wanted: string, value: string) => Number(value) <= Number(wanted),
  greater: (wanted: string, value: string) => Number(value) > Number(wanted),
  greaterOrEqual: (wanted: string, value: string) => Number(value) >= Number(wanted),
  date: (wanted: string, value: string) => timeOf(value) === timeOf(wanted),
  before: (wanted: string, value: string) => timeOf(value) < timeOf(wanted),
  beforeOrAt: (wanted: string, value: string) => timeOf(value) <= timeOf(wanted),
  after: (wanted: string, value: string) => timeOf(value) > timeOf(wanted),
  afterOrAt: (wanted: string, value: string) => timeOf(value) >= timeOf(wanted),
  /** The key is absent when the policy says `true`, present when it says `false`. */
  absent: (wanted: string, value: string) => wanted.toLowerCase() === value,
} as const;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
const OPERATORS = new Map<string, readonly [Test, boolean]>(
  Object.entries({
    stringequals: ['equals', false],
    stringnotequals: ['equals', true],
    stringequalsignorecase: ['equalsAnyCase', false],
    stringnotequalsignorecase: ['equalsAnyCase', true],
    stringlike: ['like', false],
    stringnotlike: ['like', true],
    arnequals: ['arn', false],
    arnlike: ['arn', false],
    arnnotequals: ['arn', true],
    arnnotlike: ['arn', true],
    ipaddress: ['address', false],
    notipaddress: ['address', true],
    bool: ['equalsAnyCase', false],
    binaryequals: ['equals', false],
    numericequals: ['number', false],
    numericnotequals: ['number', true],
    numericlessthan: ['less', false],
    numericlessthanequals: ['lessOrEqual', false],
    numericgreaterthan: ['greater', false],
    numericgreaterthanequals: ['greaterOrEqual', false],
    dateequals: ['date', false],
    datenotequals: ['date', true],
    datelessthan: ['before', false],
    datelessthanequals: ['beforeOrAt', false],
    dategreaterthan: ['after', false],
    dategreaterthanequals: ['afterOrAt', false],
    null: ['absent', false],
  }),
);

/** Milliseconds; a date, a time, or seconds since 1970, as AWS takes them. */
function timeOf(text: string): number {
  return /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
}

export function conditionsOf(given: unknown): Condition[] {
  if (given === undefined) return [];
  if (!isRecord(given)) throw new Unclear('has a Condition that is no object');
  const conditions: Condition[] = [];
  for (const [name, keys] of Object.entries(given)) {
    const [, which, base, ifExists] = /^(?:For(AllValues|AnyValue):)?(\w+?)(IfExists)?$/i.exec(name) ?? [];
    const operator = OPERATORS.get(base?.toLowerCase() ?? '');
    if (operator === undefined) throw new Unclear('has a condition operator that AWS does not have');
    if (!isRecord(keys)) throw new Unclear('has a condition without keys');
    for (const [key, values] of Object.entries(keys)) {
      conditions.push({
        test: operator[0],
        negated: operator[1],
        ...(which && { quantifier: which.toLowerCase().slice(0, 3) as 'all' | 'any' }),
        ifExists: ifExists !== undefined,
        key: key.toLowerCase(),
        written: key,
        values: textsOf(values, key),
      });
    }
  }
  return conditions;
}

/**
 * Whether a request meets a condition. What is easily overlooked: a negated test is met by a request that
 * does not have the key at all, and so is every test for `ForAllValues`.
 */
export function conditionMet(condition: Condition, context: Context, variables: boolean): boolean {
  const { test, negated, quantifier, ifExists, key } = condition;
  const held = context.get(key);
  const wanted = condition.values
    .map((value) => (variables ? resolved(value, context) : value))
    .filter((value) => value !== undefined);
  if (test === 'absent') {
    const absent = held === undefined || held.length === 0;
    return wanted.some((value) => TESTS.absent(value, String(absent)));
  }
  if (held === undefined || held.length === 0) {
    return ifExists || quantifier === 'all' || (negated && quantifier !== 'any');
  }
  const fits = (value: string) => wanted.some((one) => TESTS[test](one, value)) !== negated;
  if (quantifier === 'all' || (negated && quantifier === undefined)) return held.every(fits);
  return held.some(fits);
}
