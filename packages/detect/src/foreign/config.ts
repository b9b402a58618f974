import { TacetError } from '@tacet/records';
import { parse } from 'smol-toml';
import { z } from 'zod';

/**
 * Rules in the form of gitleaks and of betterleaks, as their documentation describes it: what is not known
 * here is refused by its name, for a rule that does less than its author thinks is worse than none.
 */
const MAX_CHARACTERS = 4 << 20;
const MAX_RULES = 5000;

const strings = z.array(z.string().max(16_384)).max(10_000);
const rule = {
  id: z.string().min(1).max(128),
  description: z.string().optional(),
  regex: z.string().max(65_536).optional(),
  path: z.string().max(16_384).optional(),
  secretGroup: z.int().min(0).max(100).optional(),
  entropy: z.number().min(0).max(16).optional(),
  keywords: strings.optional(),
  tags: strings.optional(),
  skipReport: z.boolean().optional(),
  specificity: z.number().optional(),
  filter: z.string().max(262_144).optional(),
  // Asks the provider whether the secret lives; asking nobody is what betterleaks does unless told.
  validate: z.string().optional(),
  tokenEfficiency: z.literal(false).optional(),
  required: z
    .array(
      z.strictObject({
        id: z.string().min(1),
        withinLines: z.int().min(0).optional(),
        withinColumns: z.int().min(0).optional(),
      }),
    )
    .max(20)
    .optional(),
};
const allowlist = {
  description: z.string().optional(),
  condition: z
    .string()
    .regex(/^(?:|or|and|\|\||&&)$/i)
    .optional(),
  commits: strings.optional(),
  paths: strings.optional(),
  regexTarget: z.enum(['secret', 'match', 'line']).optional(),
  regexes: strings.optional(),
  stopwords: strings.optional(),
};
const ruleAllowlist = z.strictObject(allowlist);
const globalAllowlist = z.strictObject({ ...allowlist, targetRules: strings.optional() });
const config = z.strictObject({
  title: z.string().optional(),
  description: z.string().optional(),
  minVersion: z.string().optional(),
  betterleaksMinVersion: z.string().optional(),
  prefilter: z.string().max(262_144).optional(),
  filter: z.string().max(262_144).optional(),
  extend: z
    .strictObject({
      path: z.string().optional(),
      useDefault: z.boolean().optional(),
      disabledRules: strings.optional(),
    })
    .optional(),
  allowlist: globalAllowlist.optional(),
  allowlists: z.array(globalAllowlist).max(1000).optional(),
  rules: z
    .array(
      z.strictObject({
        ...rule,
        allowlist: ruleAllowlist.optional(),
        allowlists: z.array(ruleAllowlist).max(1000).optional(),
      }),
    )
    .max(MAX_RULES)
    .optional(),
});

export type ForeignAllowlist = z.infer<typeof globalAllowlist>;
export type ForeignConfig = z.infer<typeof config>;
export type ForeignRow = NonNullable<ForeignConfig['rules']>[number];

/** Reads a file of rules; `name` is the file's. @throws RULES_INVALID, saying where and what is not supported */
export function parseConfig(text: string, name: string): ForeignConfig {
  if (text.length > MAX_CHARACTERS) throw invalid(`${name} is larger than 4 MiB`);
  let parsed: unknown;
  try {
    parsed = folded(parse(text));
  } catch (error) {
    const { line } = error as { line?: number };
    throw invalid(`${name} is no TOML${line === undefined ? '' : `, see line ${line}`}`);
  }
  const checked = config.safeParse(parsed);
  if (!checked.success) throw invalid(`${name}: ${issueText(checked.error, parsed)}`);
  for (const one of [checked.data, ...(checked.data.rules ?? [])]) {
    const of = 'id' in one ? `rule ${one.id}` : 'the file';
    if (one.allowlist && one.allowlists)
      throw invalid(`${name}: ${of} has allowlist and allowlists; only one may stand`);
  }
  const { extend } = checked.data;
  if (extend?.path !== undefined && extend.useDefault)
    throw invalid(`${name}: extend has path and useDefault; only one may stand`);
  return checked.data;
}

/** How names are written here. gitleaks reads them in any case: `secretgroup`, `regexTarget`, `stopWords`. */
const NAMES = new Map(
  [
    ...Object.keys(rule),
    ...Object.keys(allowlist),
    ...Object.keys(config.shape),
    ...['allowlist', 'allowlists', 'targetRules', 'useDefault', 'disabledRules'],
    ...['withinLines', 'withinColumns'],
  ].map((name) => [name.toLowerCase(), name]),
);

function folded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(folded);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [NAMES.get(name.toLowerCase()) ?? name, folded(inner)]),
  );
}

/** The first thing that is wrong, and the rule that it is in. */
function issueText(error: z.ZodError, parsed: unknown): string {
  const issue = error.issues[0]!;
  const [list, index] = issue.path;
  const rules = (parsed as { rules?: { id?: unknown }[] }).rules;
  const id = list === 'rules' && typeof index === 'number' ? rules?.[index]?.id : undefined;
  const place =
    typeof id === 'string' ? `rule ${id}: ` : list === 'rules' ? `rule number ${Number(index) + 1}: ` : '';
  if (issue.code === 'unrecognized_keys') return `${place}${issue.keys.join(', ')} is not supported`;
  const member = issue.path.filter((part) => typeof part === 'string' && part !== 'rules').join('.');
  return member === 'tokenEfficiency'
    ? `${place}tokenEfficiency is not supported`
    : `${place}${member}: ${issue.message}`;
}

function invalid(message: string): TacetError {
  return new TacetError('RULES_INVALID', message);
}
