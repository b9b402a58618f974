import type { Check } from '../../finding.ts';

const GUIDE = 'https://docs.aws.amazon.com/AmazonS3/latest/userguide';
const BLOCK = `${GUIDE}/access-control-block-public-access.html`;
const ACL = `${GUIDE}/acl-overview.html`;
const POLICY = `${GUIDE}/bucket-policies.html`;

const CLOSE =
  'Take the grant away or name in it who is meant, and switch on all four settings of the public-access block (`BlockPublicAcls`, `IgnorePublicAcls`, `BlockPublicPolicy`, `RestrictPublicBuckets`) for the bucket and the account.';

/** What is found about a bucket of S3, by the policy, the access control list and the blocks together. */
export const S3 = {
  publicRead: {
    id: 'aws-s3-public-read',
    title: 'Anybody may read the objects of an S3 bucket',
    severity: 'critical',
    why: 'Whoever knows or guesses a name fetches the object, without an account and without leaving a name.',
    fix: CLOSE,
    references: [POLICY, BLOCK],
  },
  publicList: {
    id: 'aws-s3-public-list',
    title: 'Anybody may list the objects of an S3 bucket',
    severity: 'critical',
    why: 'The names of all objects are open to everybody: they often say what they are about, and lead to those that can be read.',
    fix: CLOSE,
    references: [POLICY, ACL, BLOCK],
  },
  publicWrite: {
    id: 'aws-s3-public-write',
    title: 'Anybody may write or delete objects of an S3 bucket',
    severity: 'critical',
    why: 'Strangers can replace what others load from there, delete it, or store things on your bill.',
    fix: CLOSE,
    references: [POLICY, ACL, BLOCK],
  },
  publicReadAcl: {
    id: 'aws-s3-public-read-acl',
    title: 'Anybody may read the access control list of an S3 bucket',
    severity: 'medium',
    why: 'It tells a stranger which accounts and groups get in, and so where to try.',
    fix: CLOSE,
    references: [ACL, BLOCK],
  },
  publicWriteAcl: {
    id: 'aws-s3-public-write-acl',
    title: 'Anybody may change an access control list of an S3 bucket',
    severity: 'critical',
    why: 'A stranger grants themself everything else with one request.',
    fix: CLOSE,
    references: [ACL, BLOCK],
  },
  publicConfigure: {
    id: 'aws-s3-public-configure',
    title: 'A bucket policy lets anybody read or change the configuration of an S3 bucket',
    severity: 'high',
    why: 'With it come replication to elsewhere, deleting by life cycle, or notices about every object. S3 refuses the policy itself to callers of other accounts, but not the rest.',
    fix: CLOSE,
    references: [POLICY, `${GUIDE}/list_amazons3.html`],
  },
  anyAccountRead: {
    id: 'aws-s3-any-account-read',
    title: 'Any AWS account may read or list an S3 bucket',
    severity: 'critical',
    why: '"Authenticated users" are all customers of AWS, and an account costs nothing: this is open to the world with one step more.',
    fix: CLOSE,
    references: [`${ACL}#specifying-grantee-predefined-groups`, BLOCK],
  },
  anyAccountWrite: {
    id: 'aws-s3-any-account-write',
    title: 'Any AWS account may write to an S3 bucket or change who may',
    severity: 'critical',
    why: '"Authenticated users" are all customers of AWS, and an account costs nothing: strangers can replace, delete or take over.',
    fix: CLOSE,
    references: [`${ACL}#specifying-grantee-predefined-groups`, BLOCK],
  },
  spoofable: {
    id: 'aws-s3-spoofable-condition',
    title: 'An S3 bucket is guarded only by a header that anybody can write',
    severity: 'high',
    why: '`aws:Referer` and `aws:UserAgent` are what the client says of itself. One request with the wanted text, and the bucket is open.',
    fix: 'Serve the objects through CloudFront with origin access control, or by signed addresses, and take the statement away.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-referer',
    ],
  },
  website: {
    id: 'aws-s3-website-public',
    title: 'An S3 bucket is a public web site',
    severity: 'medium',
    why: 'That may be meant, but everything ever put into this bucket is public, and S3 serves sites without TLS.',
    fix: 'Keep nothing else in it; better, close it and serve it through CloudFront with origin access control.',
    references: [`${GUIDE}/WebsiteAccessPermissionsReqd.html`],
  },
  addresses: {
    id: 'aws-s3-open-to-addresses',
    title: 'An S3 bucket is open without signing in to some addresses',
    severity: 'low',
    why: 'Whoever sends from there, a guest in the network or a rented machine that got the address, needs no key, and the log names nobody.',
    fix: 'Name principals beside `aws:SourceIp`, so that the address is a second condition and not the only one.',
    references: [`${GUIDE}/example-bucket-policies.html#example-bucket-policies-IP`],
  },
  shared: {
    id: 'aws-s3-shared-with-accounts',
    title: 'An S3 bucket is shared with other accounts',
    severity: 'info',
    why: 'Whoever takes over one of those accounts, or gets a role in it, gets in here.',
    fix: 'Take accounts away that are not yours or no longer need it; name roles instead of whole accounts.',
    references: [`${GUIDE}/example-walkthroughs-managing-access-example2.html`],
  },
  deputy: {
    id: 'aws-s3-confused-deputy',
    title: 'An AWS service may use an S3 bucket on behalf of any account',
    severity: 'low',
    why: 'A stranger has the service deliver their logs or data into your bucket, or fetch yours, because nothing says for whose resources it may come.',
    fix: 'Add the conditions `aws:SourceAccount` and `aws:SourceArn` with your own account.',
    references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html'],
  },
  blockIncomplete: {
    id: 'aws-s3-block-incomplete',
    title: 'The public-access block of an S3 bucket is not complete',
    severity: 'medium',
    why: 'Nothing is open now, but one wrong policy or list away from it, and nothing would stop it.',
    fix: 'Switch on all four settings, for the bucket or for the whole account.',
    references: [BLOCK],
  },
  aclsInEffect: {
    id: 'aws-s3-acls-in-effect',
    title: 'Access control lists are in effect in an S3 bucket, and public ones not ignored',
    severity: 'low',
    why: 'Whoever uploads an object can make it public by a list of its own, which no look at the bucket shows.',
    fix: 'Set object ownership to `BucketOwnerEnforced`, or switch on `IgnorePublicAcls`.',
    references: [`${GUIDE}/about-object-ownership.html`],
  },
  accountBlock: {
    id: 'aws-s3-account-block-incomplete',
    title: 'The public-access block of an AWS account is not complete',
    severity: 'low',
    why: 'Each bucket then rests on its own settings alone, those that somebody makes tomorrow too.',
    fix: 'Switch on all four settings for the account; open the few buckets that must be public by CloudFront.',
    references: [`${GUIDE}/configuring-block-public-access-account.html`],
  },
  undecided: {
    id: 'aws-s3-undecided',
    title: 'Whether an S3 bucket is open could not be decided',
    severity: 'info',
    why: 'Something that decides it was not given, not allowed to be read, or is known only after apply.',
    fix: 'Give what is missing, such as the state after apply or the exported policy, or a role that may read it.',
    references: [BLOCK],
  },
} as const satisfies Record<string, Check>;
