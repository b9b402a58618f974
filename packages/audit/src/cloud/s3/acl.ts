import { isRecord, recordsIn, textIn } from '../json/value.ts';
import type { Statement } from '../policy/document.ts';
import type { Spot } from '../spot.ts';
import type { Acl, Grant } from './bucket.ts';

const GROUPS = new Map<string, Grant['to']>(
  Object.entries({
    'http://acs.amazonaws.com/groups/global/AllUsers': 'everybody',
    'http://acs.amazonaws.com/groups/global/AuthenticatedUsers': 'authenticated',
    'http://acs.amazonaws.com/groups/s3/LogDelivery': 'log-delivery',
  }),
);

/** Who a group's address means; `somebody` for addresses that S3 does not have. */
export const groupOf = (uri: string): Grant['to'] => GROUPS.get(uri) ?? 'somebody';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const CANNED = new Map<string, readonly (readonly [Grant['to'], Grant['permission']])[]>(
  Object.entries({
    private: [],
    'public-read': [['everybody', 'READ']],
    'public-read-write': [
      ['everybody', 'READ'],
      ['everybody', 'WRITE'],
    ],
    'authenticated-read': [['authenticated', 'READ']],
    'log-delivery-write': [
      ['log-delivery', 'WRITE'],
      ['log-delivery', 'READ_ACP'],
    ],
    'aws-exec-read': [],
    'bucket-owner-read': [],
    'bucket-owner-full-control': [],
  }),
);

/** The grants of a canned list, in any spelling (`public-read`, `PublicRead`); undefined if there is none such. */
export function cannedAcl(name: string): Acl | undefined {
  const plain = name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();
  const grants = CANNED.get(plain)?.map(([to, permission]) => ({ to, permission }));
  return grants && { grants };
}

const ACTIONS: Readonly<Record<Grant['permission'], readonly string[]>> = {
  READ: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
  WRITE: ['s3:PutObject', 's3:DeleteObject'],
  READ_ACP: ['s3:GetBucketAcl'],
  WRITE_ACP: ['s3:PutBucketAcl'],
  FULL_CONTROL: [
    ...['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads', 's3:PutObject'],
    ...['s3:DeleteObject', 's3:GetBucketAcl', 's3:PutBucketAcl'],
  ],
};

export const isPermission = (value: unknown): value is Grant['permission'] =>
  typeof value === 'string' && Object.hasOwn(ACTIONS, value);

/** A list as S3 answers it, which is as `aws` prints it; `at` says where the grant with that index stands. */
export function aclOf(
  answer: { readonly Owner?: unknown; readonly Grants?: unknown },
  at?: (index: number, says: string) => Spot,
): Acl {
  const owner = isRecord(answer.Owner) ? textIn(answer.Owner.ID) : undefined;
  const grants = recordsIn(answer.Grants).flatMap(
    ({ Grantee: grantee, Permission: permission }, index): Grant[] => {
      if (!isRecord(grantee) || !isPermission(permission)) return [];
      const uri = textIn(grantee.URI);
      const id = textIn(grantee.ID) ?? textIn(grantee.EmailAddress);
      return [
        {
          to: uri === undefined ? 'somebody' : groupOf(uri),
          permission,
          ...(id !== undefined && { id }),
          ...(at && { at: at(index, `${permission} to ${uri ?? 'an account'}`) }),
        },
      ];
    },
  );
  return { grants, ...(owner !== undefined && { owner }) };
}

/**
 * The list's grants as statements, so that they are weighed together with the policy: what that denies, no list
 * allows. Of groups only those of everybody; the log delivery of AWS is no outsider.
 */
export function statementsOf({ owner, grants }: Acl, ignorePublic: boolean): Statement[] {
  return grants.flatMap((grant, index) => {
    const { to, id, permission } = grant;
    const open = to === 'everybody' || to === 'authenticated';
    if (to === 'log-delivery' || (open && ignorePublic)) return [];
    if (to === 'somebody' && (id === undefined || id === owner)) return [];
    return {
      index,
      name: `ACL grant ${index + 1}`,
      allows: true,
      principals: {
        others: false,
        everybody: to === 'everybody',
        ...(to === 'authenticated' && { authenticated: true as const }),
        aws: [],
        services: [],
        elsewhere: to === 'somebody' ? [`canonical user ${id}`] : [],
      },
      actions: { not: false, patterns: ACTIONS[permission] },
      resources: undefined,
      conditions: [],
      variables: false,
    };
  });
}
