import { recordsIn, textIn } from '../json/value.ts';
import { cannedAcl, groupOf, isPermission } from '../s3/acl.ts';
import {
  type Acl,
  type Block,
  type Bucket,
  bucketIn,
  type Fact,
  type Grant,
  NOT_GIVEN,
  type Ownership,
} from '../s3/bucket.ts';
import { policyIn } from './documents.ts';
import { plainAddress } from './references.ts';
import { isUnknown, type Resource, spotOf, type Terraform } from './resource.ts';

/** Resources that say something of a bucket that is a resource of its own. */
const ATTACHED = [
  'aws_s3_bucket_policy',
  'aws_s3_bucket_acl',
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_ownership_controls',
  'aws_s3_bucket_website_configuration',
] as const;
type Attached = (typeof ATTACHED)[number];

/** A bucket, if it is in these files, and what is attached to it. */
interface Group {
  readonly bucket: Resource | undefined;
  readonly parts: Map<Attached, Resource>;
}

/** The block of the account, if a resource sets it. */
export function accountBlockOf({ resources }: Terraform): Fact<Block> {
  const one = resources.find(({ type, data }) => type === 'aws_s3_account_public_access_block' && !data);
  return one
    ? { is: 'set', value: blockOf(one), at: spotOf(one, [], 'aws_s3_account_public_access_block') }
    : NOT_GIVEN;
}

/** Every bucket of a plan or state, with all that is said of it. */
export function bucketsOf(terraform: Terraform): Bucket[] {
  const accountBlock = accountBlockOf(terraform);
  return groupsOf(terraform).map((group) => bucketOf(group, terraform, accountBlock));
}

function groupsOf(terraform: Terraform): Group[] {
  const { resources, references } = terraform;
  const managed = resources.filter(({ data }) => !data);
  const groups: Group[] = managed
    .filter(({ type }) => type === 'aws_s3_bucket')
    .map((bucket) => ({ bucket, parts: new Map() }));
  const byName = new Map(groups.map((group) => [textIn(group.bucket?.values.bucket), group]));
  const byAddress = Map.groupBy(groups, ({ bucket }) => plainAddress(bucket!.address));
  for (const one of managed) {
    const type = ATTACHED.find((type) => type === one.type);
    if (type === undefined) continue;
    const name = textIn(one.values.bucket);
    const referred = references.of(one, 'bucket').flatMap((address) => byAddress.get(address) ?? []);
    const group =
      (name !== undefined ? byName.get(name) : undefined) ??
      (referred.length > 1 ? referred.find(({ bucket }) => bucket?.index === one.index) : referred[0]);
    if (group) group.parts.set(type, one);
    else {
      const alone: Group = { bucket: undefined, parts: new Map([[type, one]]) };
      groups.push(alone);
      if (name !== undefined) byName.set(name, alone);
    }
  }
  return groups;
}

function bucketOf({ bucket, parts }: Group, terraform: Terraform, accountBlock: Fact<Block>): Bucket {
  const first = bucket ?? [...parts.values()][0]!;
  const known = textIn(first.values.bucket);
  const name = known ?? bucketIn((parts.get('aws_s3_bucket_policy') ?? first).values.policy) ?? first.address;
  const rest = bucket ? ({ is: 'unset' } as const) : NOT_GIVEN;
  const block = parts.get('aws_s3_bucket_public_access_block');
  const ownership = parts.get('aws_s3_bucket_ownership_controls');
  return {
    name,
    subject: known ? `s3://${known}` : `terraform:${first.address}`,
    owner: terraform.account,
    policy: policyOf(bucket, parts.get('aws_s3_bucket_policy'), terraform, name) ?? rest,
    acl: aclOf(bucket, parts.get('aws_s3_bucket_acl')) ?? rest,
    block: block
      ? { is: 'set', value: blockOf(block), at: spotOf(block, [], 'aws_s3_bucket_public_access_block') }
      : { is: 'unknown', why: 'no resource sets it' },
    accountBlock,
    ownership: ownershipOf(ownership),
    website: parts.has('aws_s3_bucket_website_configuration') || recordsIn(bucket?.values.website).length > 0,
  };
}

function policyOf(
  bucket: Resource | undefined,
  attached: Resource | undefined,
  terraform: Terraform,
  name: string,
): Fact<unknown> | undefined {
  const one = attached ?? bucket;
  if (one === undefined) return undefined;
  const itself = [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`];
  // A new bucket's own copy of its policy is always known only later, and says nothing.
  if (!attached && isUnknown(one, 'policy')) return undefined;
  const given = policyIn(terraform, one, 'policy', itself);
  if (given === undefined) return undefined;
  const at = spotOf(one, ['policy'], 'known after apply');
  if ('unknown' in given) return { is: 'unknown', why: given.unknown, at };
  // The text that holds it all is what has a place, so a made-up document is given as text as well.
  const value = typeof given.policy === 'string' ? given.policy : JSON.stringify(given.policy);
  return { is: 'set', value, at: spotOf(one, ['policy'], `the policy of ${name}`) };
}

function aclOf(bucket: Resource | undefined, attached: Resource | undefined): Fact<Acl> | undefined {
  const one = attached ?? bucket;
  if (one === undefined) return undefined;
  const canned = textIn(one.values.acl);
  if (canned !== undefined) {
    const acl = cannedAcl(canned);
    const at = spotOf(one, ['acl']);
    if (acl === undefined) return { is: 'unknown', why: `${one.address}.acl is none of S3's lists` };
    return { is: 'set', value: { grants: acl.grants.map((grant) => ({ ...grant, at })) }, at };
  }
  if (attached && isUnknown(one, 'acl'))
    return { is: 'unknown', why: `${one.address}.acl is known only after apply` };
  if (attached) {
    const control = recordsIn(one.values.access_control_policy)[0];
    if (control === undefined) return undefined;
    const path = ['access_control_policy', 0, 'grant'];
    const grants = recordsIn(control.grant).flatMap((grant, index) => {
      const grantee = recordsIn(grant.grantee)[0] ?? {};
      return grantsOf(grantee, [grant.permission], spotOf(one, [...path, index]));
    });
    const owner = textIn(recordsIn(control.owner)[0]?.id);
    return { is: 'set', value: { grants, ...(owner !== undefined && { owner }) } };
  }
  const grants = recordsIn(one.values.grant).flatMap((grant, index) =>
    grantsOf(grant, Array.isArray(grant.permissions) ? grant.permissions : [], spotOf(one, ['grant', index])),
  );
  return grants.length > 0
    ? { is: 'set', value: { grants: grants.filter(({ to }) => to !== 'somebody') } }
    : undefined;
}

function grantsOf(
  grantee: Record<string, unknown>,
  permissions: readonly unknown[],
  at: Grant['at'],
): Grant[] {
  const uri = textIn(grantee.uri) ?? '';
  const id = textIn(grantee.id) || textIn(grantee.email_address);
  return permissions.filter(isPermission).map((permission) => ({
    to: uri !== '' ? groupOf(uri) : 'somebody',
    ...(id && { id }),
    permission,
    ...(at && { at }),
  }));
}

/** What the provider takes a missing setting for is off. */
function blockOf(one: Resource): Block {
  const setting = (name: string) => (isUnknown(one, name) ? undefined : one.values[name] === true);
  return {
    blockPublicAcls: setting('block_public_acls'),
    ignorePublicAcls: setting('ignore_public_acls'),
    blockPublicPolicy: setting('block_public_policy'),
    restrictPublicBuckets: setting('restrict_public_buckets'),
  };
}

function ownershipOf(one: Resource | undefined): Fact<Ownership> {
  const value = textIn(recordsIn(one?.values.rule)[0]?.object_ownership);
  if (one === undefined) return { is: 'unknown', why: 'no resource sets it' };
  if (!/^(?:BucketOwnerEnforced|BucketOwnerPreferred|ObjectWriter)$/.test(value ?? '')) {
    return { is: 'unknown', why: `${one.address} does not say which` };
  }
  return { is: 'set', value: value as Ownership, at: spotOf(one, ['rule', 0, 'object_ownership']) };
}
