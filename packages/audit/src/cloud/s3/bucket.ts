import { policyOf } from '../policy/document.ts';
import type { Spot } from '../spot.ts';

/** Something that is said of a bucket: set, said not to be there, or not known, and why. */
export type Fact<Value> =
  | { readonly is: 'set'; readonly value: Value; readonly at?: Spot }
  | { readonly is: 'unset'; readonly at?: Spot }
  | { readonly is: 'unknown'; readonly why: string; readonly at?: Spot };

/**
 * The four settings of a public-access block; one that is not known is undefined.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export interface Block {
  readonly blockPublicAcls: boolean | undefined;
  readonly ignorePublicAcls: boolean | undefined;
  readonly blockPublicPolicy: boolean | undefined;
  readonly restrictPublicBuckets: boolean | undefined;
}

export const BLOCK_SETTINGS = [
  'blockPublicAcls',
  'ignorePublicAcls',
  'blockPublicPolicy',
  'restrictPublicBuckets',
] as const satisfies readonly (keyof Block)[];

/** A block as S3 answers it, which is as `aws` prints it. */
export const blockOf = (answer: {
  readonly BlockPublicAcls?: unknown;
  readonly IgnorePublicAcls?: unknown;
  readonly BlockPublicPolicy?: unknown;
  readonly RestrictPublicBuckets?: unknown;
}): Block => ({
  blockPublicAcls: answer.BlockPublicAcls === true,
  ignorePublicAcls: answer.IgnorePublicAcls === true,
  blockPublicPolicy: answer.BlockPublicPolicy === true,
  restrictPublicBuckets: answer.RestrictPublicBuckets === true,
});

/** One line of an access control list. */
export interface Grant {
  readonly to: 'everybody' | 'authenticated' | 'log-delivery' | 'somebody';
  /** Canonical id or address of mail, for `somebody`. */
  readonly id?: string;
  readonly permission: 'READ' | 'WRITE' | 'READ_ACP' | 'WRITE_ACP' | 'FULL_CONTROL';
  readonly at?: Spot;
}

export interface Acl {
  /** Canonical id of the owner, who is no outsider. */
  readonly owner?: string;
  readonly grants: readonly Grant[];
}

/** `BucketOwnerEnforced` switches access control lists off. */
export type Ownership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter';

export interface Bucket {
  readonly name: string;
  /** What findings are about: `s3://name`, or its address where the name is not known yet. */
  readonly subject: string;
  /** Number of the account that owns it. */
  readonly owner?: string | undefined;
  /** The policy as text or object; its spot is of the document, statements are looked up below it. */
  readonly policy: Fact<unknown>;
  readonly acl: Fact<Acl>;
  readonly block: Fact<Block>;
  readonly accountBlock: Fact<Block>;
  readonly ownership: Fact<Ownership>;
  readonly website: boolean;
}

/** The bucket that a policy is about: S3 takes one only about its own. */
export function bucketIn(policy: unknown): string | undefined {
  for (const { resources } of policyOf(policy).statements) {
    for (const pattern of resources?.patterns ?? []) {
      const [, name] =
        /^arn:aws[a-z-]*:s3:::([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:[/*]|$)/.exec(pattern) ?? [];
      if (name !== undefined) return name;
    }
  }
  return undefined;
}

export const NOT_GIVEN = { is: 'unknown', why: 'it was not given' } as const;

/**
 * One setting of both blocks together: the stricter counts. Undefined when it is off as far as is known, and
 * one of them is not known.
 */
export function blocked(
  { block, accountBlock }: Pick<Bucket, 'block' | 'accountBlock'>,
  setting: keyof Block,
): boolean | undefined {
  const values = [block, accountBlock].map((fact) =>
    fact.is === 'set' ? fact.value[setting] : fact.is === 'unset' ? false : undefined,
  );
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}
