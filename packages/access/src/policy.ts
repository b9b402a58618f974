import { readFileSync } from 'node:fs';
import type { EntityJson, PolicySet } from '@cedar-policy/cedar-wasm/nodejs';
import { type ErrorCode, TacetError } from '@tacet/records';
import { ACTIONS, type Action } from './actions.ts';
import type { Circumstances, Principal, Resource } from './principal.ts';
import { policySchema } from './schema.ts';

type Cedar = typeof import('@cedar-policy/cedar-wasm/nodejs');

/** One file of policies. */
export interface PolicyFile {
  name: string;
  text: string;
}

/** The policies that `init` puts into a new directory. */
export const DEFAULT_POLICIES: readonly PolicyFile[] = [
  { name: 'roles.cedar', text: readFileSync(new URL('../policy/roles.cedar', import.meta.url), 'utf8') },
  { name: 'limits.cedar', text: readFileSync(new URL('../policy/limits.cedar', import.meta.url), 'utf8') },
];

/** Refusals that a person can do something about, by what a policy's `@code` may say. */
const SOFT: ReadonlySet<string> = new Set<ErrorCode>(['PURPOSE_MISSING', 'APPROVAL_NEEDED']);
const MAX_FILES = 64;
const MAX_TEXT = 1_000_000;
/** Decisions kept; they depend on the second, so none is kept for longer than that is worth. */
const MAX_KEPT = 2_000;

const invalid = (why: string) => new TacetError('POLICY_INVALID', why);

/** One policy, taken out of its file. */
interface Rule {
  id: string;
  text: string;
  code: ErrorCode;
  message: string | undefined;
}

/** A refusal: its code and what the person is told. */
interface Refusal {
  code: ErrorCode;
  message: string;
}

let loaded = 0;

/**
 * Decides by the policies of a directory. What no policy permits is denied; so is anything while a
 * policy fails to evaluate, which Cedar by itself would pass over.
 */
export class Policy {
  readonly #cedar: Cedar;
  readonly #rules: ReadonlyMap<string, Rule>;
  /** Names of the parsed sets: all policies, and those that decide who may at all. */
  readonly #all: string;
  readonly #hard: string;
  readonly #kept = new Map<string, Refusal | undefined>();
  #second = 0;

  private constructor(cedar: Cedar, rules: Rule[]) {
    this.#cedar = cedar;
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
    const name = `tacet-${loaded++}`;
    this.#all = `${name}-all`;
    this.#hard = `${name}-hard`;
    prepare(cedar, this.#all, rules);
    prepare(
      cedar,
      this.#hard,
      rules.filter(({ code }) => !SOFT.has(code)),
    );
  }

  /**
   * Parses and checks the files against the schema. Throws POLICY_INVALID naming the file, the policy
   * and what is wrong with it.
   */
  static async load(files: readonly PolicyFile[] = DEFAULT_POLICIES): Promise<Policy> {
    const cedar = await import('@cedar-policy/cedar-wasm/nodejs');
    // The shipped ones are validated by a test; doing it again would slow the start of every command.
    return new Policy(cedar, isShipped(files) ? parse(cedar, files) : check(cedar, files));
  }

  /**
   * Returns when `principal` may do `action` to `resource`; otherwise throws NOT_ALLOWED, or the code
   * of the policy that refused: PURPOSE_MISSING, APPROVAL_NEEDED. `now` is milliseconds since 1970.
   */
  authorize(
    principal: Principal,
    action: Action,
    resource: Resource,
    circumstances: Circumstances = {},
    now = Date.now(),
  ): void {
    const second = Math.floor(now / 1000);
    if (second !== this.#second || this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#second = second;
    // Everything that the decision depends on, so that a kept one is the one that would be made again.
    const key = JSON.stringify([principal, action, resource, circumstances]);
    let refusal = this.#kept.get(key);
    if (!this.#kept.has(key)) {
      refusal = this.#decide(principal, action, resource, circumstances, second);
      this.#kept.set(key, refusal);
    }
    if (refusal) throw new TacetError(refusal.code, refusal.message);
  }

  #decide(
    principal: Principal,
    action: Action,
    resource: Resource,
    circumstances: Circumstances,
    second: number,
  ): Refusal | undefined {
    if (!Object.hasOwn(ACTIONS, action))
      return { code: 'NOT_ALLOWED', message: 'nobody may do what is unknown' };
    const ask = (set: string) => this.#ask(set, principal, action, resource, circumstances, second);
    const { allowed, reasons } = ask(this.#all);
    if (allowed) return undefined;
    // Who may never do it is told so, and not asked for a purpose first.
    const may = ask(this.#hard);
    const rule = may.allowed ? reasons[0] : may.reasons.find(({ message }) => message !== undefined);
    const message = rule?.message ?? `the role ${principal.role} may not do this here: ${action}`;
    return { code: may.allowed ? (rule?.code ?? 'NOT_ALLOWED') : 'NOT_ALLOWED', message };
  }

  #ask(
    set: string,
    principal: Principal,
    action: Action,
    resource: Resource,
    { role, requester, services, reading }: Circumstances,
    second: number,
  ): { allowed: boolean; reasons: Rule[] } {
    const who = { type: principal.type === 'user' ? 'User' : 'Token', id: principal.id };
    const workspace = (id: string) => ({ type: 'Workspace', id });
    const groups: readonly string[] = ACTIONS[action];
    const date = new Date(second * 1000);
    const entities: EntityJson[] = [
      {
        uid: who,
        attrs: {
          id: principal.id,
          workspace: { __entity: workspace(principal.workspace) },
          ...(principal.services && { services: [...principal.services] }),
        },
        parents: [{ type: 'Role', id: principal.role }],
      },
      {
        uid: { type: 'Action', id: action },
        attrs: {},
        parents: groups.map((id) => ({ type: 'Action', id })),
      },
    ];
    const answer = this.#cedar.statefulIsAuthorized({
      principal: who,
      action: { type: 'Action', id: action },
      resource: workspace(resource.workspace),
      context: {
        now: { __extn: { fn: 'datetime', arg: date.toISOString() } },
        weekday: date.getUTCDay() || 7,
        ...(principal.purpose !== undefined && { purpose: principal.purpose }),
        ...(role !== undefined && { role }),
        ...(requester !== undefined && { requester }),
        ...(services && { services: [...services] }),
        ...(reading && { reading: { ...reading } }),
      },
      preparsedPolicySetId: set,
      validateRequest: false,
      entities,
    });
    if (answer.type !== 'success') return { allowed: false, reasons: [] };
    const { decision, diagnostics } = answer.response;
    const reasons = diagnostics.reason.flatMap((id) => this.#rules.get(id) ?? []);
    return { allowed: decision === 'allow' && diagnostics.errors.length === 0, reasons };
  }
}

function isShipped(files: readonly PolicyFile[]): boolean {
  return (
    files.length === DEFAULT_POLICIES.length &&
    DEFAULT_POLICIES.every(({ text }) => files.some((file) => file.text === text))
  );
}

function rulesOf(cedar: Cedar, { name, text }: PolicyFile): Rule[] {
  if (text.length > MAX_TEXT) throw invalid(`${name} is too long`);
  const parts = cedar.policySetTextToParts(text);
  if (parts.type === 'failure') throw invalid(`${name}: ${parts.errors[0]?.message ?? 'it is not Cedar'}`);
  if (parts.policy_templates.length > 0) throw invalid(`${name}: templates are not used here`);
  return parts.policies.map((policy, at) => {
    const json = cedar.policyToJson(policy);
    if (json.type === 'failure') throw invalid(`${name}: ${json.errors[0]?.message ?? 'not a policy'}`);
    const { id, code = 'NOT_ALLOWED', message } = json.json.annotations ?? {};
    if (code !== 'NOT_ALLOWED' && !SOFT.has(code))
      throw invalid(`${name}: @code is one of NOT_ALLOWED, ${[...SOFT].join(', ')}`);
    return { id: id ?? `${name}#${at + 1}`, text: policy, code: code as ErrorCode, message };
  });
}

const setOf = (rules: readonly Rule[]): PolicySet => ({
  staticPolicies: Object.fromEntries(rules.map(({ id, text }) => [id, text])),
});

function prepare(cedar: Cedar, name: string, rules: readonly Rule[]): void {
  const parsed = cedar.preparsePolicySet(name, setOf(rules));
  if (parsed.type === 'failure') throw invalid(parsed.errors[0]?.message ?? 'the policies do not parse');
}

function parse(cedar: Cedar, files: readonly PolicyFile[]): Rule[] {
  if (files.length > MAX_FILES) throw invalid(`there are more than ${MAX_FILES} policy files`);
  const rules = files.flatMap((file) => rulesOf(cedar, file));
  const twice = rules.find(({ id }, at) => rules.findIndex((other) => other.id === id) !== at);
  if (twice) throw invalid(`two policies are called ${twice.id}`);
  return rules;
}

/** Parses, and throws POLICY_INVALID for the first policy that does not fit the schema. */
function check(cedar: Cedar, files: readonly PolicyFile[]): Rule[] {
  const rules = parse(cedar, files);
  const answer = cedar.validate({ schema: policySchema(), policies: setOf(rules) });
  if (answer.type === 'failure') throw invalid(answer.errors[0]?.message ?? 'the policies do not parse');
  const wrong = answer.validationErrors[0];
  if (wrong) throw invalid(`${wrong.policyId}: ${wrong.error.message}`);
  return rules;
}

/** Checks policy files without deciding by them; gives the names of the policies. Throws POLICY_INVALID. */
export async function checkPolicies(files: readonly PolicyFile[]): Promise<string[]> {
  return check(await import('@cedar-policy/cedar-wasm/nodejs'), files).map(({ id }) => id);
}
