import { Readable, Transform } from 'node:stream';
import {
  GetBucketAclCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketWebsiteCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  type ListBucketsCommandOutput,
  S3Client,
} from '@aws-sdk/client-s3';
import { TacetError } from '@tacet/records';
import type { Finding } from '../../finding.ts';
import type { Rehearsal } from '../../probing/dry-run.ts';
import { placed } from '../spot.ts';
import { aclOf } from './acl.ts';
import { type Bucket, blockOf, type Fact, NOT_GIVEN, type Ownership } from './bucket.ts';
import { bucketHits } from './findings.ts';

/** What the owner's own view of an S3 store gives. */
export interface S3Report {
  readonly findings: readonly Finding[];
  readonly buckets: readonly string[];
  /** Subjects of the buckets that said all they have, and of those that went meanwhile. */
  readonly clear: readonly string[];
  /** Whether there are more buckets than are looked at. */
  readonly cut: boolean;
}

export interface S3Settings {
  /** Buckets to look at; all that the credentials may list when there are none. */
  readonly names?: readonly string[];
  readonly now?: Date;
  readonly signal?: AbortSignal;
  /** Milliseconds that one question may take. */
  readonly patience?: number;
  readonly looked?: (done: number, of: number) => void;
}

/** Everything that is asked, for a dry run. */
export const S3_QUESTIONS: Rehearsal['steps'] = [
  { when: 'once', packets: ['GET /?max-buckets=1000'] },
  {
    when: 'of each bucket',
    packets: ['policy', 'acl', 'publicAccessBlock', 'ownershipControls', 'website'].map(
      (part) => `GET /BUCKET?${part}`,
    ),
  },
  { when: 'if its policy may not be read', packets: ['GET /BUCKET?policyStatus'] },
];

const MAX_BUCKETS = 10_000;
const MAX_PAGES = 200;
const MAX_ANSWER = 4 << 20;
const AT_ONCE = 8;

/**
 * A client with the credentials of the SDK's own chain: environment, profile, role. `AWS_ENDPOINT_URL` and
 * `AWS_ENDPOINT_URL_S3` lead to stores of other makers, which want the bucket in the path.
 */
export function s3Client(env: Readonly<Record<string, string | undefined>>): S3Client {
  const endpoint = env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL;
  return new S3Client({
    region: env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? 'us-east-1',
    followRegionRedirects: true,
    maxAttempts: 2,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
  });
}

/**
 * Asks S3, as its owner, for everything that decides who gets into each bucket. It reads settings only: no
 * object, and no names of objects. What may not be read is undecided, with the reason. The block of the account
 * is another service's, and not asked for: findings say so.
 *
 * @throws BUCKETS_UNREADABLE when not even the buckets can be listed
 */
export async function auditS3(client: S3Client, settings: S3Settings = {}): Promise<S3Report> {
  limitAnswers(client);
  const { now = new Date(), looked } = settings;
  const ask = asker(client, settings);
  const { names, cut } = settings.names ? { names: [...settings.names], cut: false } : await bucketNames(ask);
  const found: Finding[][] = [];
  const clear: string[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let at = next++; at < names.length; at = next++) {
      settings.signal?.throwIfAborted();
      const bucket = await bucketOf(names[at]!, ask);
      found[at] = bucket ? placed(bucketHits(bucket, now)) : [];
      if (!bucket || isClear(bucket)) clear.push(subjectOf(names[at]!));
      looked?.(++done, names.length);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  // What was stopped half-way would look like a store that does not answer.
  settings.signal?.throwIfAborted();
  return { findings: found.flat(), buckets: names, clear, cut };
}

const subjectOf = (name: string) => `s3://${name}`;

/** Cuts off answers that are longer than any true one, so that no server can fill our memory. */
function limitAnswers(client: S3Client): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const { body } = result.response as { body?: unknown };
      if (body instanceof Readable) (result.response as { body?: unknown }).body = limited(body);
      return result;
    },
    { step: 'deserialize', priority: 'low', name: 'tacetLimitAnswers', override: true },
  );
}

function limited(body: Readable): Readable {
  let left = MAX_ANSWER;
  const limit = new Transform({
    transform(chunk: Buffer, _, give) {
      left -= chunk.length;
      if (left < 0) give(new Error('the answer is too long'));
      else give(null, chunk);
    },
  });
  limit.on('error', () => body.destroy());
  body.on('error', (error) => limit.destroy(error));
  body.pipe(limit);
  return limit;
}

type Ask = <Answer>(
  send: (client: S3Client, options: { abortSignal: AbortSignal }) => Promise<Answer>,
) => Promise<Answer>;

function asker(client: S3Client, { signal, patience = 20_000 }: S3Settings): Ask {
  return async (send) => {
    const timeout = AbortSignal.timeout(patience);
    const abortSignal = signal ? AbortSignal.any([signal, timeout]) : timeout;
    // The SDK gives up on a request, but not on an answer that trickles in.
    const late = new Promise<never>((_, reject) => {
      abortSignal.addEventListener('abort', () => reject(new TimeoutError()), { once: true });
    });
    return Promise.race([send(client, { abortSignal }), late]);
  };
}

class TimeoutError extends Error {
  override readonly name = 'Timeout';
}

async function bucketNames(ask: Ask): Promise<{ names: string[]; cut: boolean }> {
  const names = new Set<string>();
  let token: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    let answer: ListBucketsCommandOutput;
    try {
      answer = await ask((client, options) =>
        client.send(
          new ListBucketsCommand({ MaxBuckets: 1000, ...(token && { ContinuationToken: token }) }),
          options,
        ),
      );
    } catch (error) {
      const reason = reasonOf(error);
      const advice = ADVICE.find(([which]) => which.test(reason))?.[1];
      const message = `the buckets cannot be listed (${reason})${advice ? `: ${advice}` : ''}`;
      throw new TacetError('BUCKETS_UNREADABLE', message);
    }
    for (const { Name: name } of answer.Buckets ?? []) {
      if (name === undefined) continue;
      if (names.size >= MAX_BUCKETS) return { names: [...names], cut: true };
      names.add(name);
    }
    if (!answer.ContinuationToken || answer.ContinuationToken === token)
      return { names: [...names], cut: false };
    token = answer.ContinuationToken;
  }
  return { names: [...names], cut: true };
}

/** What most often stands behind a reason, and where to look. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^CredentialsProviderError/,
    'the AWS SDK finds no credentials; name some by AWS_PROFILE, or by AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  ],
  [/^AccessDenied/, 'the credentials must allow s3:ListAllMyBuckets'],
  [/^ERR_INVALID_URL/, 'AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL is no address; it begins with https://'],
  [
    /^(?:E[A-Z_]+|Timeout)/,
    'the store does not answer; check the network, and AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL if set',
  ],
];

/**
 * What an error is called, never its text: that could hold what was sent. The system's own errors are all called
 * Error, and are told by their code.
 */
function reasonOf(error: unknown): string {
  const { name, code, $metadata } = error as {
    name?: string;
    code?: unknown;
    $metadata?: { httpStatusCode?: number };
  };
  const called = typeof code === 'string' && /^E[A-Z0-9_]{1,60}$/.test(code) ? code : name;
  const plain = /^\w{1,60}$/.test(called ?? '') ? called! : 'error';
  return $metadata?.httpStatusCode ? `${plain}, status ${$metadata.httpStatusCode}` : plain;
}

const ABSENT =
  /^(?:NoSuchBucketPolicy|NoSuchPublicAccessBlockConfiguration|OwnershipControlsNotFoundError|NoSuchWebsiteConfiguration)$/;

/** One fact about a bucket: set, said not to be there, or why it is not known. */
async function fact<Value>(read: () => Promise<Value | undefined>): Promise<Fact<Value>> {
  try {
    const value = await read();
    return value === undefined ? { is: 'unknown', why: 'the answer says nothing' } : { is: 'set', value };
  } catch (error) {
    if (ABSENT.test((error as Error).name)) return { is: 'unset' };
    return { is: 'unknown', why: `cannot be read (${reasonOf(error)})` };
  }
}

/** Whether what was not found of a bucket is not there. What a store does not have, it never told. */
const isClear = ({ policy, acl, block, ownership }: Bucket): boolean =>
  [policy, acl, block, ownership].every(
    (one) => one.is !== 'unknown' || /status (?:405|501)\)/.test(one.why),
  );

/** Everything about one bucket; undefined if it is gone. */
async function bucketOf(name: string, ask: Ask): Promise<Bucket | undefined> {
  const input = { Bucket: name };
  const [policy, acl, block, ownership, website] = await Promise.all([
    fact(
      async () => (await ask((s3, options) => s3.send(new GetBucketPolicyCommand(input), options))).Policy,
    ),
    fact(async () => {
      const answer = await ask((s3, options) => s3.send(new GetBucketAclCommand(input), options));
      return answer.Grants && aclOf(answer);
    }),
    fact(async () => {
      const answer = await ask((s3, options) => s3.send(new GetPublicAccessBlockCommand(input), options));
      return answer.PublicAccessBlockConfiguration && blockOf(answer.PublicAccessBlockConfiguration);
    }),
    fact(
      async () =>
        (await ask((s3, options) => s3.send(new GetBucketOwnershipControlsCommand(input), options)))
          .OwnershipControls?.Rules?.[0]?.ObjectOwnership as Ownership | undefined,
    ),
    fact(async () => {
      const answer = await ask((s3, options) => s3.send(new GetBucketWebsiteCommand(input), options));
      return answer.IndexDocument !== undefined || answer.RedirectAllRequestsTo !== undefined;
    }),
  ]);
  if ([policy, acl].every((one) => one.is === 'unknown' && one.why.includes('NoSuchBucket')))
    return undefined;
  return {
    name,
    subject: subjectOf(name),
    policy: policy.is === 'unknown' ? await withStatus(policy, name, ask) : policy,
    acl,
    block,
    accountBlock: NOT_GIVEN,
    ownership,
    website: website.is === 'set' && website.value,
  };
}

/** Who may not read a policy may often read what AWS thinks of it. */
async function withStatus(
  policy: Fact<unknown> & { is: 'unknown' },
  name: string,
  ask: Ask,
): Promise<Fact<unknown>> {
  const status = await fact(
    async () =>
      (await ask((s3, options) => s3.send(new GetBucketPolicyStatusCommand({ Bucket: name }), options)))
        .PolicyStatus?.IsPublic,
  );
  if (status.is !== 'set') return policy;
  return { is: 'unknown', why: `${policy.why}; AWS calls it ${status.value ? 'public' : 'not public'}` };
}
