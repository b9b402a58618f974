import type { Probe } from '../probing/probe.ts';
import { countAt, listAt, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';
import { elementsOf, rootOf, textsOf } from '../reading/xml.ts';
import { type Answer, httpProbe } from './http.ts';

const why = 'Whoever knows the name lists what lies there, and usually reads it too.';
const PAGE = 1000;

/** A bucket's name as a path; a container's may be below an account's. */
const pathOf = (bucket: string) => bucket.split('/').map(encodeURIComponent).join('/');

function objectsOf(xml: string, element: string, key: string, size: string): Named[] {
  return elementsOf(xml, element).map((one) => ({
    kind: 'object',
    name: textsOf(one, key)[0],
    bytes: countAt(textsOf(one, size)[0]),
  }));
}

/** An error of S3 in XML, with its code: what also says that it is one. */
const codeOf = ({ body }: Answer) => (rootOf(body) === 'Error' ? textsOf(body, 'Code')[0] : undefined);

const isDenied = (answer: Answer) =>
  answer.status === 403 &&
  /^(AccessDenied|AllAccessDisabled|InvalidAccessKeyId|SignatureDoesNotMatch)$/.test(codeOf(answer) ?? '');

const s3 = {
  name: 'S3, MinIO',
  ports: [443, 80, 9000],
  guarded: isDenied,
  unclear: (answer: Answer) =>
    /^(PermanentRedirect|TemporaryRedirect|SlowDown|ServiceUnavailable)$/.test(codeOf(answer) ?? ''),
};

/** Buckets of an endpoint, or the objects of the bucket that its host's name is. */
export const s3Buckets = httpProbe({
  ...s3,
  service: 's3',
  check: {
    id: 's3-open',
    title: 'Object storage tells strangers its buckets',
    severity: 'critical',
    why,
    fix: 'Refuse anonymous requests: Block Public Access on S3, mc anonymous set none on MinIO.',
    references: [
      'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
      'https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html',
    ],
  },
  asks: { path: '/?list-type=2&max-keys=1' },
  further: [`GET /?list-type=2&max-keys=${PAGE}`],
  open({ status, body }) {
    const root = rootOf(body);
    const known = status === 200 && (root === 'ListAllMyBucketsResult' || root === 'ListBucketResult');
    return known ? root : undefined;
  },
  async reads({ body }, ask) {
    if (rootOf(body) === 'ListAllMyBucketsResult')
      return {
        named: elementsOf(body, 'Bucket').map((one) => ({ kind: 'bucket', name: textsOf(one, 'Name')[0] })),
      };
    const page = await ask({ path: `/?list-type=2&max-keys=${PAGE}` });
    return { named: objectsOf(page.body, 'Contents', 'Key', 'Size') };
  },
});

function s3Listing(bucket: string): Probe {
  const page = (keys: number) => ({ path: `/${pathOf(bucket)}?list-type=2&max-keys=${keys}` });
  return httpProbe({
    ...s3,
    service: 's3-listing',
    check: {
      id: 's3-bucket-listed',
      title: 'A bucket lists its objects for strangers',
      severity: 'critical',
      why,
      fix: 'Turn on Block Public Access, and take s3:ListBucket for everybody out of the bucket policy and the ACL.',
      references: [
        'https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html',
        'https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html',
      ],
    },
    asks: page(1),
    further: [`GET ${page(PAGE).path}`],
    open: ({ status, body }) =>
      status === 200 && rootOf(body) === 'ListBucketResult' ? 'ListBucketResult' : undefined,
    reads: async (_, ask) => ({ named: objectsOf((await ask(page(PAGE))).body, 'Contents', 'Key', 'Size') }),
  });
}

function gcsListing(bucket: string): Probe {
  const page = (objects: number) => ({
    path: `/storage/v1/b/${encodeURIComponent(bucket)}/o?maxResults=${objects}`,
  });
  return httpProbe({
    service: 'gcs-listing',
    name: 'Google Cloud Storage',
    ports: [443],
    check: {
      id: 'gcs-bucket-listed',
      title: 'A bucket lists its objects for strangers',
      severity: 'critical',
      why,
      fix: 'Enforce public access prevention, and take allUsers and allAuthenticatedUsers out of the IAM policy of the bucket.',
      references: [
        'https://cloud.google.com/storage/docs/public-access-prevention',
        'https://cloud.google.com/storage/docs/json_api/v1/objects/list',
      ],
    },
    asks: page(1),
    further: [`GET ${page(PAGE).path}`],
    open: ({ status, json }) =>
      status === 200 && textAt(json, 'kind') === 'storage#objects' ? 'kind: storage#objects' : undefined,
    guarded: ({ status, json }) =>
      [401, 403].includes(status) && /storage\.objects\.list/.test(textAt(json, 'error', 'message') ?? ''),
    async reads(_, ask) {
      const { json } = await ask(page(PAGE));
      const items = listAt(json, 'items') ?? [];
      return {
        named: items.map((one) => ({
          kind: 'object',
          name: textAt(one, 'name'),
          bytes: countAt(one, 'size'),
        })),
      };
    },
  });
}

function azureListing(container: string): Probe {
  const page = (blobs: number) => ({
    path: `/${pathOf(container)}?restype=container&comp=list&maxresults=${blobs}`,
  });
  const said = ({ headers, body }: Answer) => headers['x-ms-error-code'] ?? codeOf({ body } as Answer);
  return httpProbe({
    service: 'azure-blob-listing',
    name: 'Azure Blob Storage',
    ports: [443, 10000],
    check: {
      id: 'azure-container-listed',
      title: 'A container lists its blobs for strangers',
      severity: 'critical',
      why,
      fix: 'Set allowBlobPublicAccess to false for the account, or the public access level of the container to Private.',
      references: [
        'https://learn.microsoft.com/azure/storage/blobs/anonymous-read-access-prevent',
        'https://learn.microsoft.com/rest/api/storageservices/list-blobs',
      ],
    },
    asks: page(1),
    further: [`GET ${page(PAGE).path}`],
    open: ({ status, body }) =>
      status === 200 && rootOf(body) === 'EnumerationResults' ? 'EnumerationResults' : undefined,
    // A private container is told as one that is not there.
    guarded: (answer) =>
      [401, 403, 404, 409].includes(answer.status) &&
      answer.headers['x-ms-request-id'] !== undefined &&
      /^(NoAuthenticationInformation|AuthenticationFailed|AuthorizationFailure|AuthorizationPermissionMismatch|PublicAccessNotPermitted|ResourceNotFound)$/.test(
        said(answer) ?? '',
      ),
    reads: async (_, ask) => ({
      named: objectsOf((await ask(page(PAGE))).body, 'Blob', 'Name', 'Content-Length'),
    }),
  });
}

/**
 * Whether a bucket (for Azure a container, `account/container` where the host is not the account's) is
 * listed for strangers, for each of the three ways in which object storage is asked.
 */
export function objectListing(bucket: string): readonly Probe[] {
  return [s3Listing(bucket), gcsListing(bucket), azureListing(bucket)];
}
