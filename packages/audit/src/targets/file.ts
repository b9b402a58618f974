import { TacetError } from '@tacet/records';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { addressesOf, canonical, MAX_RANGE } from './address.ts';

const MAX_BYTES = 1 << 20;
/** Addresses of all hosts together, and ports of one. */
export const MAX_ADDRESSES = 16_384;
const MAX_PORTS = 65_535;

/** A host name as RFC 1123 has it, in lower case and without the last dot. */
const NAME =
  /^(?=.{1,253}$)(?!\d+(\.\d+)*$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?)*$/;

const BUCKET = /^[a-z0-9$][a-z0-9._/$-]{1,221}$/;

const name = z
  .string()
  .transform((text) => text.toLowerCase().replace(/\.$/, ''))
  .refine((text) => NAME.test(text), 'is no host name');

const port = z.int().min(1).max(65_535);
const ports = z
  .array(
    z.union([
      port,
      z.string().transform((text, context) => {
        const [, from = '', to = ''] = /^(\d{1,5})-(\d{1,5})$/.exec(text) ?? [];
        const [first, last] = [Number(from), Number(to)];
        if (port.safeParse(first).success && port.safeParse(last).success && first <= last)
          return { first, last };
        context.addIssue('is no range of ports such as 8000-8100');
        return z.NEVER;
      }),
    ]),
  )
  .min(1)
  .max(MAX_PORTS)
  .transform((list) => [
    ...new Set(
      list.flatMap((one) =>
        typeof one === 'number'
          ? one
          : Array.from({ length: one.last - one.first + 1 }, (_, at) => one.first + at),
      ),
    ),
  ]);

/** A name, an address, or a range of addresses: the addresses, when it has any. */
const host = z.string().transform((text, context) => {
  if (text.includes('/')) {
    const addresses = addressesOf(text);
    if (addresses !== undefined) return { host: text, addresses };
    context.addIssue(`is no range of at most ${MAX_RANGE} addresses`);
    return z.NEVER;
  }
  const address = canonical(text.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined) return { host: address, addresses: [address] };
  const named = name.safeParse(text);
  if (named.success) return { host: named.data };
  context.addIssue('is neither a host name nor an address nor a range');
  return z.NEVER;
});

const hostEntry = z.union([
  host.transform((one) => ({
    ...one,
    ports: undefined,
    names: [] as string[],
    configuration: [] as string[],
  })),
  z
    .strictObject({
      host,
      ports: ports.optional(),
      names: z.array(name).max(100).default([]),
      configuration: z.array(z.string().min(1)).max(100).default([]),
    })
    .transform(({ host: one, ...rest }) => ({ ...one, ...rest })),
]);

const url = z.string().transform((text, context) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const { protocol, hostname = '', username, password } = parsed ?? {};
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  const known = canonical(bare) ?? (NAME.test(bare) ? bare : undefined);
  if (parsed && known && /^https?:$/.test(protocol ?? '') && !username && !password) {
    const tls = protocol === 'https:';
    const path = parsed.pathname.replace(/\/*$/, '/');
    return { host: known, port: Number(parsed.port || (tls ? 443 : 80)), tls, path };
  }
  context.addIssue('is no http or https address without a user and password');
  return z.NEVER;
});

/** A bucket of S3 or Google's, or a container of Azure, in a store that answers at an address of the owner's own. */
const bucket = z.strictObject({
  name: z.string().regex(BUCKET, 'is no name of a bucket'),
  endpoint: url.refine(({ path }) => path === '/', 'has a path'),
});

const targetsFile = z.strictObject({
  ports: ports.optional(),
  hosts: z.array(hostEntry).max(10_000).default([]),
  urls: z.array(url).max(10_000).default([]),
  buckets: z.array(bucket).max(10_000).default([]),
});

/** What the owner wants to have probed: docs/audit.md describes the file. */
export type TargetsFile = z.infer<typeof targetsFile>;
export type WebRoot = z.infer<typeof url>;

/** Reads a targets file: YAML, and so JSON too. Throws TARGETS_INVALID saying where it is wrong. */
export function readTargets(text: string): TargetsFile {
  if (Buffer.byteLength(text) > MAX_BYTES) throw invalid('is larger than 1 MiB');
  const document = parseDocument(text, { schema: 'core', uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw invalid(`is no YAML: line ${error.linePos?.[0].line ?? '?'}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw invalid('uses aliases, which are not read');
  }
  const result = targetsFile.safeParse(value ?? {});
  if (!result.success) throw invalid(problemOf(result.error));
  const { hosts, urls, buckets } = result.data;
  if (hosts.length + urls.length + buckets.length === 0) throw invalid('names no host, URL or bucket');
  const addresses = hosts.reduce((sum, one) => sum + (one.addresses?.length ?? 1), 0);
  if (addresses > MAX_ADDRESSES) throw invalid(`has more than ${MAX_ADDRESSES} addresses`);
  return result.data;
}

interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of the first thing that is wrong: where it stands and why. */
function problemOf(error: z.ZodError): string {
  const deepest = (issue: z.core.$ZodIssue): Problem => {
    if (issue.code !== 'invalid_union') return issue;
    const found = issue.errors.flat().map(deepest);
    // What was meant is what goes deepest, and then what has a rule of its own.
    const general = ({ message }: Problem) => Number(message.startsWith('Invalid input'));
    const best = found.toSorted((a, b) => b.path.length - a.path.length || general(a) - general(b))[0];
    return best ? { path: [...issue.path, ...best.path], message: best.message } : issue;
  };
  const [first] = error.issues.map(deepest);
  const path = (first?.path ?? []).map((step) =>
    typeof step === 'number' ? `[${step}]` : `.${String(step)}`,
  );
  return `${path.join('').replace(/^\./, '') || 'the file'}: ${first?.message ?? 'is wrong'}`;
}

function invalid(why: string): TacetError {
  return new TacetError('TARGETS_INVALID', `targets file: ${why}`);
}
