import { isRecord, recordsIn, textIn, textsIn } from '../json/value.ts';
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
  const missing = (attribute: string) => containsTrue(unknown[attribute]);
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
    const principals: Record<string, string[]> = {};
    for (const { type, identifiers } of recordsIn(one[attribute])) {
      const kind = type === '*' ? 'AWS' : String(type);
      principals[kind] = [...(principals[kind] ?? []), ...textsIn(identifiers)];
    }
    if (Object.keys(principals).length > 0) statement[element] = principals;
  }
  const conditions: Record<string, Record<string, string[]>> = {};
  for (const { test, variable, values } of recordsIn(one.condition)) {
    const keys = conditions[String(test)] ?? {};
    keys[String(variable)] = textsIn(values);
    conditions[String(test)] = keys;
  }
  if (Object.keys(conditions).length > 0) statement.Condition = conditions;
  return statement;
}

function containsTrue(value: unknown): boolean {
  if (value === true) return true;
  if (Array.isArray(value)) return value.some(containsTrue);
  return isRecord(value) && Object.values(value).some(containsTrue);
}
