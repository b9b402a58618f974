import { isRecord } from '../json/value.ts';
import { type Condition, conditionsOf } from './condition.ts';
import { pick, textsOf, Unclear } from './reading.ts';

/** Whom a statement is about. `others`: everybody but those named (NotPrincipal). */
export interface Principals {
  readonly others: boolean;
  /** `*`: everybody, signed in or not. */
  readonly everybody: boolean;
  /** Any account's signed requests: only access control lists can say this. */
  readonly authenticated?: true;
  /** Account numbers and ARNs. */
  readonly aws: readonly string[];
  readonly services: readonly string[];
  /** Canonical ids, and federations by name: they are told, not evaluated. */
  readonly elsewhere: readonly string[];
}

/** Patterns of actions or resources; `not`: all but these. */
export interface Patterns {
  readonly not: boolean;
  readonly patterns: readonly string[];
}

export interface Statement {
  /** Counts from 0, as in the document. */
  readonly index: number;
  readonly name: string;
  readonly allows: boolean;
  readonly principals: Principals;
  readonly actions: Patterns;
  /** Absent where the kind of policy has none, such as a trust policy. */
  readonly resources: Patterns | undefined;
  readonly conditions: readonly Condition[];
  /** Whether `${…}` is a variable: only in documents of version 2012-10-17. */
  readonly variables: boolean;
}

export interface Policy {
  readonly statements: readonly Statement[];
  /** What could not be understood: with any of it, nobody can say what the policy allows. */
  readonly problems: readonly string[];
}

/** As it stands in a file, with space between. */
const MAX_TEXT = 256 * 1024;
/** A bucket's policy has at most 20 KB without that space, a key's 32, every other kind less. */
const MAX_DENSE = 64 * 1024;
const MAX_STATEMENTS = 500;

/**
 * Reads a policy of AWS, given as its JSON text or already parsed; never throws.
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function policyOf(given: unknown): Policy {
  const document = typeof given === 'string' ? parsed(given) : given;
  if (!isRecord(document)) return { statements: [], problems: ['the policy is no JSON object'] };
  if (JSON.stringify(document).length > MAX_DENSE)
    return { statements: [], problems: ['the policy is too long'] };
  const body = pick(document, 'Statement');
  const list = Array.isArray(body) ? body : body === undefined ? [] : [body];
  if (list.length > MAX_STATEMENTS) return { statements: [], problems: ['too many statements'] };
  const variables = pick(document, 'Version') === '2012-10-17';
  const statements: Statement[] = [];
  const problems: string[] = [];
  for (const [index, one] of list.entries()) {
    try {
      statements.push(statementOf(one, index, variables));
    } catch (error) {
      if (!(error instanceof Unclear)) throw error;
      problems.push(`statement ${index + 1}: ${error.message}`);
    }
  }
  return { statements, problems };
}

function parsed(text: string): unknown {
  if (text.length > MAX_TEXT) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function statementOf(given: unknown, index: number, variables: boolean): Statement {
  if (!isRecord(given)) throw new Unclear('is no object');
  const effect = pick(given, 'Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw new Unclear('has neither Allow nor Deny');
  const sid = pick(given, 'Sid');
  const actions = patternsOf(given, 'Action');
  if (actions === undefined) throw new Unclear('has no Action');
  return {
    index,
    name: typeof sid === 'string' && sid !== '' ? sid.slice(0, 80) : `statement ${index + 1}`,
    allows: effect === 'Allow',
    principals: principalsOf(given),
    actions,
    resources: patternsOf(given, 'Resource'),
    conditions: conditionsOf(pick(given, 'Condition')),
    variables,
  };
}

function patternsOf(given: Record<string, unknown>, name: string): Patterns | undefined {
  const [some, none] = [pick(given, name), pick(given, `Not${name}`)];
  if (some !== undefined && none !== undefined) throw new Unclear(`has ${name} and Not${name}`);
  if (some === undefined && none === undefined) return undefined;
  return { not: some === undefined, patterns: textsOf(some ?? none, name) };
}

function principalsOf(given: Record<string, unknown>): Principals {
  const [some, none] = [pick(given, 'Principal'), pick(given, 'NotPrincipal')];
  if (some !== undefined && none !== undefined) throw new Unclear('has Principal and NotPrincipal');
  const value = some ?? none;
  if (value === undefined) throw new Unclear('has no Principal');
  const named = { aws: [] as string[], services: [] as string[], elsewhere: [] as string[] };
  if (isRecord(value)) {
    for (const [kind, who] of Object.entries(value)) {
      const texts = textsOf(who, 'Principal');
      if (kind.toLowerCase() === 'aws') named.aws.push(...texts);
      else if (kind.toLowerCase() === 'service') named.services.push(...texts);
      else named.elsewhere.push(...texts.map((text) => `${kind} ${text}`));
    }
  } else if (value === '*') named.aws.push('*');
  else throw new Unclear('has a Principal that is neither * nor an object');
  const everybody = named.aws.includes('*');
  if (named.aws.some((one) => one !== '*' && /[*?]/.test(one))) {
    throw new Unclear('has a wildcard within a principal');
  }
  return {
    ...named,
    others: some === undefined,
    everybody,
    aws: named.aws.filter((one) => one !== '*'),
  };
}
