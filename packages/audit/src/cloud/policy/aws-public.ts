import { asGoodAsEverybody, stretchOf } from './addresses.ts';
import type { Condition } from './condition.ts';
import type { Statement } from './document.ts';
import { hasWildcard } from './glob.ts';

/** Keys that, held to fixed values, make AWS call a statement not public. */
const FIXING =
  /^(?:aws:(?:sourcearn|sourcevpc|sourcevpce|sourceowner|sourceaccount|sourceorgid|userid|principalarn|principalaccount|principalorgid|principalorgpaths|vpceaccount|vpceorgid|vpceorgpaths)|s3:x-amz-server-side-encryption-aws-kms-key-id|s3:dataaccesspoint(?:arn|account))$/;

/**
 * Whether AWS itself calls a policy public: it assumes so of every statement that allows everybody something,
 * unless a condition holds it to fixed values. Only what it calls public is restricted by a block
 * (RestrictPublicBuckets), so this is its rule and not ours.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html, "The meaning of public"
 */
export function awsCallsPublic(statements: readonly Statement[]): boolean {
  return statements.some(
    ({ allows, principals, conditions }) =>
      allows && (principals.everybody || principals.others) && !conditions.some(fixes),
  );
}

function fixes({ key, test, negated, ifExists, quantifier, values }: Condition): boolean {
  if (negated || ifExists || quantifier === 'all') return false;
  if (key === 'aws:sourceip') {
    const stretches = values.map(stretchOf);
    return test === 'address' && stretches.every((one) => one !== undefined && !asGoodAsEverybody([one]));
  }
  if (!FIXING.test(key) || test === 'absent') return false;
  // An access point may be any of a fixed account's.
  if (key === 's3:dataaccesspointarn')
    return values.every((value) => /^arn:[^:*?]+:s3:[^:]*:\d{12}:/.test(value));
  return values.every((value) => !value.includes('${') && !(test !== 'equals' && hasWildcard(value)));
}
