import { holdsTrue, recordsIn, textIn, textsIn, wordOf } from '../json/value.ts';
import { plainAddress } from './references.ts';
import { isUnknown, type Resource, type Terraform } from './resource.ts';

/** A policy, or why it is not known. */
export type Given = { readonly policy: unknown } | { readonly unknown: string } | undefined;

/**
 * The policy in an attribute. One that is known only after apply is put together from the
 * `aws_iam_policy_document` that it comes from: its statements are in the plan, but for the names of new
 * resources, which stand for `itself`.
 */
export function policyIn(
  terraform: Terraform,
  resource: Resource,
  attribute: string,
  itself: readonly string[],
): Given {
  const text = resource.values[attribute];
  if (typeof text === 'string' && text !== '') return { policy: text };
  if (!isUnknown(resource, attribute)) return undefined;
  for (const address of terraform.references.of(resource, attribute)) {
    const source = terraform.resources.find(
      (one) => one.type === 'aws_iam_policy_document' && plainAddress(one.address) === address,
    );
    const policy = source && documentOf(source, itself);
    if (policy) return { policy };
  }
  return { unknown: `${resource.address}.${attribute} is known only after apply` };
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
function documentOf(source: Resource, itself: readonly string[]): unknown {
  const { values } = source;
  if (typeof values.json === 'string') return values.json;
  if (isUnknown(source, 'source_policy_documents') || isUnknown(source, 'override_policy_documents'))
    return undefined;
  const unknown = recordsIn(source.unknown.statement);
  const statements = recordsIn(values.statement).map((one, index) =>
    statementOf(one, unknown[index] ?? {}, itself),
  );
  if (statements.length === 0 || statements.includes(undefined)) return undefined;
  return { Version: textIn(values.version) ?? '2012-10-17', Statement: statements };
}

function statementOf(
  one: Record<string, unknown>,
  unknown: Record<string, unknown>,
  itself: readonly string[],
): Record<string, unknown> | undefined {
  const missing = (attribute: string) => holdsTrue(unknown[attribute]);
  if (
    ['actions', 'not_actions', 'not_resources', 'principals', 'not_principals', 'condition'].some(missing)
  ) {
    return undefined;
  }
  const statement: Record<string, unknown> = { Effect: one.effect ?? 'Allow' };
  if (typeof one.sid === 'string') statement.Sid = one.sid;
  for (const [attribute, element] of [
    ['actions', 'Action'],
    ['not_actions', 'NotAction'],
    ['resources', 'Resource'],
    ['not_resources', 'NotResource'],
  ] as const) {
    const texts = textsIn(one[attribute]);
    if (attribute === 'resources' && missing('resources')) statement.Resource = [...texts, ...itself];
    else if (texts.length > 0) statement[element] = texts;
  }
  for (const [attribute, element] of [
    ['principals', 'Principal'],
    ['not_principals', 'NotPrincipal'],
  ] as const) {
    const principals = new Map<string, string[]>();
    for (const { type, identifiers } of recordsIn(one[attribute])) {
      const kind = type === '*' ? 'AWS' : wordOf(type);
      principals.set(kind, [...(principals.get(kind) ?? []), ...textsIn(identifiers)]);
    }
    if (principals.size > 0) statement[element] = Object.fromEntries(principals);
  }
  // Maps, because a plan may name a test `__proto__`.
  const conditions = new Map<string, Map<string, string[]>>();
  for (const { test, variable, values } of recordsIn(one.condition)) {
    const keys = conditions.get(wordOf(test)) ?? new Map<string, string[]>();
    conditions.set(wordOf(test), keys.set(wordOf(variable), textsIn(values)));
  }
  if (conditions.size > 0) {
    const written = [...conditions].map(([test, keys]) => [test, Object.fromEntries(keys)] as const);
    statement.Condition = Object.fromEntries(written);
  }
  return statement;
}
