import { isAbsolute, join } from 'node:path';
import { ROLES } from '@tacet/access';
import { TacetError } from '@tacet/records';
import { z } from 'zod';
import { AuditSettings } from '../auditing/settings.ts';
import { isLoopback } from '../http/host.ts';
import { readIfThere, replacePrivate } from './files.ts';
import type { Layout } from './layout.ts';

/** The newest version of the directory that this program can read. */
export const DIRECTORY_VERSION = 1;

const megabytes = (most: number) => z.number().int().min(1).max(most);

const Config = z.strictObject({
  version: z.literal(DIRECTORY_VERSION),
  workspace: z.string().min(1).max(64),
  /** SHA-256 of root record 0, hexadecimal: every chain of certificates is checked against it. */
  rootHash: z.string().regex(/^[0-9a-f]{64}$/),
  created: z.iso.datetime(),
  /** Public key of the trail, for people to compare: who verifies keeps a copy of their own. */
  trailVerifier: z.string().max(1024).optional(),
  /** Who cosigns the trail's checkpoints: where, and by which public key (c2sp.org/tlog-witness). */
  witnesses: z
    .array(z.strictObject({ url: z.url({ protocol: /^https?$/ }), verifier: z.string().max(1024) }))
    .max(8)
    .optional(),
  /** A ClickHouse server instead of the embedded engine. */
  clickhouse: z
    .strictObject({
      url: z.url({ protocol: /^https?$/ }),
      username: z.string().min(1),
      passwordFile: z.string().min(1),
      database: z.string().min(1),
    })
    .optional(),
  /** A PostgreSQL server instead of the embedded one; the file holds its URL, password included. */
  postgres: z.strictObject({ urlFile: z.string().min(1) }).optional(),
  /** A provider through which people sign in. */
  oidc: z
    .strictObject({
      /** Plain http only for a provider on this machine. */
      issuer: z.url({ protocol: /^https?$/ }).refine((url) => {
        const { protocol, hostname } = new URL(url);
        return protocol === 'https:' || isLoopback(hostname);
      }),
      clientId: z.string().min(1).max(256),
      clientSecretFile: z.string().min(1),
      groupsClaim: z.string().min(1).max(64).default('groups'),
      /** Group → role; of several groups the first one here counts. */
      roles: z.record(z.string().min(1).max(256), z.enum(ROLES.filter((role) => role !== 'ingest'))),
    })
    .optional(),
  /** How long events are kept after their day of receipt, in whole days: `30d`. For ever when absent. */
  keep: z
    .string()
    .regex(/^[1-9]\d{0,3}d$/)
    .optional(),
  /** Audits: who is told of findings, and what outsiders may report. */
  audit: AuditSettings.optional(),
  limits: z
    .strictObject({
      /** Of one request's body, before and after decompression. */
      bodyMegabytes: megabytes(1024).optional(),
      /** Of all requests together that are not yet durable. */
      inFlightMegabytes: megabytes(16_384).optional(),
    })
    .optional(),
});

/** Settings of a directory. Holds no secret: where a server needs one, the path of its file. */
export type Config = z.infer<typeof Config>;

const invalid = (why: string, cause?: unknown) =>
  new TacetError('CONFIG_INVALID', `config.json: ${why}`, { cause });

/**
 * Reads and checks the directory's settings. Throws DIRECTORY_MISSING when there is no Tacet
 * directory, STORE_VERSION_NEWER when a later version of Tacet wrote it, CONFIG_INVALID otherwise.
 */
export async function readConfig(layout: Layout): Promise<Config> {
  let text: string | undefined;
  try {
    text = await readIfThere(layout.config);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOTDIR') throw invalid('it cannot be read', error);
  }
  if (text === undefined)
    throw new TacetError(
      'DIRECTORY_MISSING',
      `${layout.root} is not a Tacet directory: it has no config.json`,
    );
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('it is not JSON', error);
  }
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version > DIRECTORY_VERSION)
    throw new TacetError(
      'STORE_VERSION_NEWER',
      `${layout.root} has version ${version} and this Tacet reads up to ${DIRECTORY_VERSION}: use the newer Tacet that wrote it`,
    );
  const parsed = Config.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(`${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not valid'}`);
}

/** Writes the settings; durable on return. */
export async function writeConfig(layout: Layout, config: Config): Promise<void> {
  await replacePrivate(layout.config, `${JSON.stringify(config, null, 2)}\n`);
}

/** The first line of a file that the settings name (relative to the directory): a secret, not logged. */
export async function readSecretFile(layout: Layout, file: string): Promise<string> {
  const path = isAbsolute(file) ? file : join(layout.root, file);
  const text = await readIfThere(path).catch((error) => {
    throw invalid(`${file} cannot be read`, error);
  });
  const secret = text?.split('\n', 1)[0]?.trim();
  if (!secret) throw invalid(`${file} is missing or empty`);
  return secret;
}
