import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { codeOf } from '@tacet/records';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { auditS3, S3_QUESTIONS, s3Client } from './live.ts';

// It has no types.
const S3rver = createRequire(import.meta.url)('s3rver');

const client = (port: number) =>
  new S3Client({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    maxAttempts: 1,
  });

describe('S3 asked as its owner: s3rver', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tacet-s3rver-'));
  let server: { run(): Promise<AddressInfo>; close(): Promise<void> };
  let port = 0;
  beforeAll(async () => {
    server = new S3rver({
      ...{ port: 0, address: '127.0.0.1', silent: true, directory },
      configureBuckets: [
        { name: 'chats', configs: [] },
        { name: 'logs', configs: [] },
      ],
    });
    port = (await server.run()).port;
  });
  afterAll(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  // s3rver lists buckets and gives a list of access control; policies, blocks and ownership it does not implement.
  it('finds its buckets, and is undecided about what it does not say', async () => {
    const { findings, buckets, cut } = await auditS3(client(port));
    expect([buckets, cut]).toEqual([['chats', 'logs'], false]);
    expect(findings.map(({ check, subject }) => [check, subject])).toEqual([
      ['aws-s3-undecided', 's3://chats'],
      ['aws-s3-undecided', 's3://logs'],
    ]);
    expect(findings[0]!.proof!.reply).toMatch(/the policy: cannot be read \(MethodNotAllowed/);
  });

  it('says that the buckets cannot be listed, and nothing of what was sent', async () => {
    const wrong = new S3Client({
      ...{ region: 'us-east-1', endpoint: `http://127.0.0.1:${port}`, forcePathStyle: true, maxAttempts: 1 },
      credentials: { accessKeyId: 'nobody', secretAccessKey: 'S3RVER' },
    });
    const error = await auditS3(wrong).catch((error: unknown) => error);
    expect(codeOf(error)).toBe('BUCKETS_UNREADABLE');
    expect((error as Error).message).toBe('the buckets cannot be listed (InvalidAccessKeyId, status 403)');
  });

  it.each<[string, ConstructorParameters<typeof S3Client>[0], RegExp]>([
    ['nothing listens', {}, /\(ECONNREFUSED\): the store does not answer; check .*AWS_ENDPOINT_URL_S3/],
    [
      'there is no such host',
      { endpoint: 'http://user:pass@s3.invalid' },
      /\(E[A-Z_]+\): the store does not/,
    ],
    ['it is no address', { endpoint: 'nonsense' }, /\(ERR_INVALID_URL\): AWS_ENDPOINT_URL_S3 or/],
    [
      'nobody gave credentials',
      {
        credentials: () =>
          Promise.reject(Object.assign(new Error('x'), { name: 'CredentialsProviderError' })),
      },
      /\(CredentialsProviderError\): the AWS SDK finds no credentials; name some by AWS_PROFILE/,
    ],
  ])('says what to do when %s', async (_, settings, said) => {
    const credentials = { accessKeyId: 'nobody', secretAccessKey: 'NEVERSHOWN' };
    const base = { region: 'us-east-1', endpoint: 'http://127.0.0.1:9', forcePathStyle: true, credentials };
    const error = await auditS3(new S3Client({ ...base, maxAttempts: 1, ...settings })).catch((e) => e);
    expect(codeOf(error)).toBe('BUCKETS_UNREADABLE');
    expect(error.message).toMatch(said);
    expect(error.message).not.toMatch(/NEVERSHOWN|pass|127\.0/);
  });
});

/** A stand-in for the settings of S3, with S3's answers written down: no server to be had here has them all. */
const STAND_IN: Readonly<Record<string, readonly [number, string]>> = {
  '/': [
    200,
    '<ListAllMyBucketsResult><Buckets><Bucket><Name>open</Name></Bucket><Bucket><Name>shut</Name></Bucket><Bucket><Name>secret</Name></Bucket><Bucket><Name>hidden</Name></Bucket></Buckets></ListAllMyBucketsResult>',
  ],
  '/open?policy': [
    200,
    JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Sid: 'Feed',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::open/*',
      },
    }),
  ],
  '/open?acl': [
    200,
    acl(
      '<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AuthenticatedUsers</URI></Grantee><Permission>WRITE</Permission></Grant>',
    ),
  ],
  '/open?publicAccessBlock': [404, failure('NoSuchPublicAccessBlockConfiguration')],
  '/open?ownershipControls': [404, failure('OwnershipControlsNotFoundError')],
  '/shut?policy': [404, failure('NoSuchBucketPolicy')],
  '/shut?acl': [200, acl('')],
  '/shut?publicAccessBlock': [
    200,
    '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>true</BlockPublicPolicy><RestrictPublicBuckets>true</RestrictPublicBuckets></PublicAccessBlockConfiguration>',
  ],
  '/shut?ownershipControls': [
    200,
    '<OwnershipControls><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>',
  ],
  '/secret?policy': [403, failure('AccessDenied')],
  '/secret?acl': [403, failure('AccessDenied')],
  '/hidden?policy': [404, failure('NoSuchBucketPolicy')],
  '/hidden?acl': [403, failure('AccessDenied')],
  '/secret?policyStatus': [200, '<PolicyStatus><IsPublic>true</IsPublic></PolicyStatus>'],
};

function failure(code: string): string {
  return `<Error><Code>${code}</Code><Message>told to nobody</Message></Error>`;
}

function acl(grant: string): string {
  const own =
    '<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser"><ID>me</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>';
  return `<AccessControlPolicy><Owner><ID>me</ID></Owner><AccessControlList>${own}${grant}</AccessControlList></AccessControlPolicy>`;
}

describe('S3 asked as its owner: a stand-in', () => {
  let server: Server;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const own = () => client((server.address() as AddressInfo).port);
  const asked: string[] = [];
  const standIn: typeof answer = ({ method, url = '' }, response) => {
    const plain = url.startsWith('/?') ? '/' : url.replace('/?', '?').replace(/=$/, '');
    asked.push(`${method} ${plain}`);
    const [status, body] = STAND_IN[plain] ?? [501, failure('NotImplemented')];
    response.writeHead(status, { 'content-type': 'application/xml' }).end(body);
  };

  it('weighs policy, list, block and ownership together', async () => {
    answer = standIn;
    const { findings, clear } = await auditS3(own());
    expect(clear.toSorted()).toEqual(['s3://open', 's3://shut']);
    expect(findings.map(({ check, subject }) => [check, subject])).toEqual([
      ['aws-s3-public-read', 's3://open'],
      ['aws-s3-any-account-write', 's3://open'],
      ['aws-s3-undecided', 's3://secret'],
      ['aws-s3-undecided', 's3://hidden'],
    ]);
    expect(findings[0]!.proof!.reply).toMatch(/^allowed by Feed; unless a public-access block restricts/);
    expect(findings[2]!.proof!.reply).toMatch(/AccessDenied, status 403\); AWS calls it public/);
    expect(JSON.stringify(findings)).not.toContain('told to nobody');
    // Nothing is asked that a dry run does not say.
    const said = S3_QUESTIONS.flatMap(({ packets }) => packets).map((packet) =>
      packet.replace('?max-buckets=1000', ''),
    );
    expect(new Set(asked.map((one) => one.replace(/open|shut|secret|hidden/, 'BUCKET')))).toEqual(
      new Set(said),
    );
  });

  it('ends at pages without an end', async () => {
    let page = 0;
    answer = (request, response) => {
      if (request.url?.startsWith('/?')) {
        const names = Array.from(
          { length: 1000 },
          (_, at) => `<Bucket><Name>b${page}-${at}</Name></Bucket>`,
        ).join('');
        response.end(
          `<ListAllMyBucketsResult><Buckets>${names}</Buckets><ContinuationToken>${++page}</ContinuationToken></ListAllMyBucketsResult>`,
        );
      } else response.writeHead(501).end();
    };
    const stop = new AbortController();
    const looked = (_: number, of: number) => {
      expect(of).toBe(10_000);
      stop.abort();
    };
    await expect(auditS3(own(), { looked, signal: stop.signal })).rejects.toThrow();
    expect(page).toBeLessThan(12);
  });

  it('ends at an answer without an end, and at one that never comes', async () => {
    const chunk = Buffer.alloc(1 << 20, ' ');
    let sent = 0;
    answer = (request, response) => {
      if (request.url?.includes('acl')) return;
      const more = () => {
        while (!response.destroyed && sent++ < 500 && response.write(chunk));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    const { findings } = await auditS3(own(), { names: ['b'], patience: 500 });
    expect(findings.map(({ check }) => check)).toEqual(['aws-s3-undecided']);
    expect(sent).toBeLessThan(200);
  });

  it('takes where to ask from the environment, as other tools do', async () => {
    answer = standIn;
    const { port } = server.address() as AddressInfo;
    const config = s3Client({
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-central-1',
    }).config;
    expect(config.forcePathStyle).toBe(true);
    expect((await config.endpoint!()).port).toBe(port);
    expect(await config.region()).toBe('eu-central-1');
  });
});
