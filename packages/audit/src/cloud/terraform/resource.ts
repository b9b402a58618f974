import type { Path } from '../json/places.ts';
import { holdsTrue, isRecord, recordsIn, wordOf } from '../json/value.ts';
import type { CloudFile, Spot } from '../spot.ts';
import { References } from './references.ts';

/** One resource of a plan or state. */
export interface Resource {
  /** `module.logs.aws_s3_bucket.main[0]` */
  readonly address: string;
  readonly type: string;
  readonly name: string;
  /** Whether it is only looked at, as `data`. */
  readonly data: boolean;
  /** Address of its module, empty for the root. */
  readonly module: string;
  readonly index: string | number | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  /** In the shape of `values`: true where a value is known only after apply. */
  readonly unknown: Readonly<Record<string, unknown>>;
  readonly in: CloudFile;
  /** Of `values` in the document. */
  readonly path: Path;
  /** Where attributes, such as `ingress` or `network_rules.0.default_action`, stand below that under other names. */
  readonly places?: Readonly<Record<string, Path>>;
}

/** What `terraform show -json` says, of a plan or of a state. */
export interface Terraform {
  readonly resources: readonly Resource[];
  readonly references: References;
  /** Number of the account, when something in it tells. */
  readonly account: string | undefined;
}

const MAX_RESOURCES = 50_000;
const MAX_MODULES = 64;

/** Whether a document is what `terraform show -json` prints; OpenTofu prints the same. */
export function isTerraform(document: unknown): document is Record<string, unknown> {
  if (!isRecord(document) || typeof document.format_version !== 'string') return false;
  return isRecord(document.planned_values) || isRecord(document.values);
}

/** Whether a document is a state as Terraform keeps it, in a file or a bucket. */
export function isState(document: unknown): document is Record<string, unknown> {
  return (
    isRecord(document) && typeof document.terraform_version === 'string' && Array.isArray(document.resources)
  );
}

/** The resources of such a state; never throws. */
export function stateOf(file: CloudFile, document: Record<string, unknown>): Terraform {
  const resources: Resource[] = [];
  for (const [index, { type, name, mode, module, instances }] of recordsIn(document.resources).entries()) {
    if (typeof type !== 'string' || typeof name !== 'string') continue;
    const within = typeof module === 'string' ? module : '';
    for (const [at, { attributes, index_key: key }] of recordsIn(instances).entries()) {
      if (resources.length >= MAX_RESOURCES) break;
      const of = typeof key === 'string' || typeof key === 'number' ? key : undefined;
      const data = mode === 'data';
      const plain = [within, data ? 'data' : '', type, name].filter(Boolean).join('.');
      resources.push({
        ...{ type, name, data, module: within, index: of, unknown: {}, in: file },
        address: of === undefined ? plain : `${plain}[${JSON.stringify(of)}]`,
        values: isRecord(attributes) ? attributes : {},
        path: ['resources', index, 'instances', at, 'attributes'],
      });
    }
  }
  return { resources, references: new References(undefined), account: accountOf(resources) };
}

/** Format: https://developer.hashicorp.com/terraform/internals/json-format; never throws. */
export function terraformOf(file: CloudFile, document: Record<string, unknown>): Terraform {
  const plan = isRecord(document.planned_values);
  const resources: Resource[] = [];
  const unknown = unknownIn(document.resource_changes);
  const values = (plan ? document.planned_values : document.values) as Record<string, unknown>;
  collect(values.root_module, [plan ? 'planned_values' : 'values', 'root_module'], '', 0);
  const prior =
    isRecord(document.prior_state) && isRecord(document.prior_state.values) && document.prior_state.values;
  if (prior) collectData(prior.root_module, ['prior_state', 'values', 'root_module']);
  return { resources, references: new References(document.configuration), account: accountOf(resources) };

  function collect(module: unknown, path: Path, address: string, level: number): void {
    if (!isRecord(module) || level > MAX_MODULES) return;
    for (const [index, one] of recordsIn(module.resources).entries()) {
      if (resources.length >= MAX_RESOURCES) return;
      const resource = resourceOf(one, [...path, 'resources', index, 'values'], address);
      if (resource) resources.push(resource);
    }
    for (const [index, child] of recordsIn(module.child_modules).entries()) {
      const below = typeof child.address === 'string' ? child.address : address;
      collect(child, [...path, 'child_modules', index], below, level + 1);
    }
  }

  /** Of what was before the plan only what was looked at: the rest is planned again. */
  function collectData(module: unknown, path: Path): void {
    const kept = resources.length;
    collect(module, path, '', 0);
    const added = resources.splice(kept);
    resources.push(...added.filter(({ data }) => data));
  }

  function resourceOf(one: Record<string, unknown>, path: Path, module: string): Resource | undefined {
    const { address, type, name, mode, index } = one;
    if (typeof address !== 'string' || typeof type !== 'string' || typeof name !== 'string') return undefined;
    return {
      address,
      type,
      name,
      data: mode === 'data',
      module,
      index: typeof index === 'string' || typeof index === 'number' ? index : undefined,
      values: isRecord(one.values) ? one.values : {},
      unknown: unknown.get(address) ?? {},
      in: file,
      path,
    };
  }
}

function unknownIn(changes: unknown): Map<string, Record<string, unknown>> {
  const found = new Map<string, Record<string, unknown>>();
  for (const one of recordsIn(changes)) {
    if (typeof one.address !== 'string' || !isRecord(one.change)) continue;
    if (isRecord(one.change.after_unknown)) found.set(one.address, one.change.after_unknown);
  }
  return found;
}

/** The account whose number most ARNs of managed resources have. */
function accountOf(resources: readonly Resource[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { type, data, values } of resources) {
    if (type === 'aws_caller_identity' && typeof values.account_id === 'string') return values.account_id;
    const [, account] = /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(wordOf(values.arn)) ?? [];
    if (account && !data) counts.set(account, (counts.get(account) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Whether an attribute, or anything below it, is known only after apply. */
export function isUnknown(resource: Resource, attribute: string): boolean {
  return holdsTrue(resource.unknown[attribute]);
}

/** Where an attribute of a resource stands. */
export function spotOf(resource: Resource, path: Path, says?: string): Spot {
  const { address } = resource;
  const value = valueAt(resource.values, path);
  const setting = path.reduce<string>(
    (at, part) => (typeof part === 'number' ? `${at}[${part}]` : `${at}.${part}`),
    address,
  );
  const plain = value === undefined ? 'not set' : JSON.stringify(value).slice(0, 1_000);
  return {
    in: resource.in,
    path: [...resource.path, ...placeIn(resource, path)],
    setting,
    says: says ?? plain,
  };
}

/** As much of the path as is there: what is not set is shown at its resource. */
function placeIn({ values, places }: Resource, path: Path): Path {
  for (let length = path.length; places && length > 0; length--) {
    const renamed = places[path.slice(0, length).join('.')];
    if (renamed) return [...renamed, ...path.slice(length)];
  }
  const until = path.findIndex((_, at) => valueAt(values, path.slice(0, at + 1)) === undefined);
  return until < 0 ? path : path.slice(0, until);
}

/** The value at a path; undefined where there is none. */
export function valueAt(values: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, part) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<string | number, unknown>)[part]
        : undefined,
    values,
  );
}
