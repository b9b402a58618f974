import type { Stats } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { parseToken } from '@tacet/access';
import { type Finding, type SelfCheck, selfFinding } from '@tacet/audit/watching';
import type { Config } from '../../directory/config.ts';
import type { Layout } from '../../directory/layout.ts';
import type { Look } from './look.ts';

const OTHERS = 0o077;
const OTHERS_ENTER = 0o011;
/** Files of one folder that are looked at. */
const MOST_FILES = 1_000;
const BEGINNING = 256;
/** An identity is an age file under a passphrase. */
const IDENTITY = 'age-encryption.org/v1\n-> scrypt ';
const BACKUP = /\.(?:tar|tgz|tbz2?|txz|zip|7z|gz|zst|xz|bak|backup|old|orig|dump|sql|age)$/i;

/** File modes, owners, and keys that lie where they must not. */
export function lookAtFiles(layout: Layout, config: Config, env: NodeJS.ProcessEnv): Look {
  return {
    checks: [
      'self-directory-readable',
      'self-key-readable',
      'self-foreign-owner',
      'self-identity-inside',
      'self-token-inside',
      'self-identity-near',
      'self-backup-readable',
    ],
    async look() {
      return [
        ...(await modes(layout, config)),
        ...(await strays(layout)),
        ...(await near(layout, env)),
        ...(await backups(layout)),
      ];
    },
  };
}

/** Windows has no such modes. */
const isPosix = process.platform !== 'win32';

const told = (id: SelfCheck, path: string, facts: Stats): Finding =>
  selfFinding(id, {
    subject: `file:${path}`,
    proof: { request: `stat ${path}`, reply: `mode ${(facts.mode & 0o777).toString(8)}, user ${facts.uid}` },
  });

async function modes(layout: Layout, config: Config): Promise<Finding[]> {
  if (!isPosix) return [];
  const findings: Finding[] = [];
  const user = process.getuid?.() ?? 0;
  const root = await stat(layout.root);
  const mayEnter = (root.mode & OTHERS_ENTER) !== 0;
  if ((root.mode & OTHERS) !== 0) findings.push(told('self-directory-readable', layout.root, root));
  const look = async (path: string, id: SelfCheck, mayReach: boolean) => {
    const facts = await stat(path).catch(() => undefined);
    if (!facts) return;
    if (mayReach && (facts.mode & OTHERS) !== 0) findings.push(told(id, path, facts));
    // Root reads what belongs to whomever it is.
    if (user !== 0 && facts.uid !== user && facts.uid !== 0)
      findings.push(told('self-foreign-owner', path, facts));
  };
  await look(layout.root, 'self-directory-readable', false);
  for (const path of [layout.config, layout.trail, layout.control, layout.logs, layout.policy])
    await look(path, 'self-directory-readable', mayEnter);
  for (const path of await filesIn(layout.keys)) await look(path, 'self-key-readable', mayEnter);
  for (const path of secretFiles(layout, config)) {
    const isInside = !relative(layout.root, path).startsWith('..');
    await look(path, 'self-key-readable', isInside ? mayEnter : true);
  }
  return findings;
}

/** Files that the settings name because they hold a secret. */
function secretFiles(layout: Layout, { clickhouse, postgres, oidc, audit }: Config): string[] {
  const named = [
    clickhouse?.passwordFile,
    postgres?.urlFile,
    oidc?.clientSecretFile,
    audit?.mail?.passwordFile,
  ];
  for (const channel of Object.values(audit?.notices ?? {})) {
    if (channel.kind !== 'email') named.push(channel.urlFile);
    if (channel.kind === 'webhook') named.push(channel.secretFile);
  }
  return named
    .filter((name) => name !== undefined)
    .map((name) => (isAbsolute(name) ? name : join(layout.root, name)));
}

/** Identities and tokens inside the directory: at its top, among keys and policies. */
async function strays(layout: Layout): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const folder of [layout.root, layout.keys, layout.policy])
    for (const path of await filesIn(folder)) {
      // Whoever closes any descriptor of a file gives up this process's lock on it (fcntl(2)).
      if (path === layout.lock) continue;
      const begins = await beginning(path);
      const subject = `file:${path}`;
      if (begins.startsWith(IDENTITY)) findings.push(selfFinding('self-identity-inside', { subject }));
      else if (isToken(begins)) findings.push(selfFinding('self-token-inside', { subject }));
    }
  return findings;
}

/** Identities beside the directory, and where this user keeps their own. */
async function near(layout: Layout, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const own = env.XDG_CONFIG_HOME || env.APPDATA || (env.HOME && join(env.HOME, '.config'));
  const folders = [dirname(layout.root), ...(own ? [join(own, 'tacet')] : [])];
  const findings: Finding[] = [];
  for (const folder of folders)
    for (const path of await filesIn(folder))
      if ((await beginning(path)).startsWith(IDENTITY))
        findings.push(selfFinding('self-identity-near', { subject: `file:${path}` }));
  return findings;
}

async function backups(layout: Layout): Promise<Finding[]> {
  if (!isPosix) return [];
  const findings: Finding[] = [];
  for (const path of await filesIn(dirname(layout.root))) {
    const name = basename(path);
    if (!name.startsWith(basename(layout.root)) || !BACKUP.test(name)) continue;
    const facts = await stat(path).catch(() => undefined);
    if (facts && (facts.mode & OTHERS) !== 0) findings.push(told('self-backup-readable', path, facts));
  }
  return findings;
}

/** Plain files of a folder, not below it; none when it cannot be read. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .slice(0, MOST_FILES)
    .map(({ name }) => join(folder, name));
}

async function beginning(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return '';
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } catch {
    return '';
  } finally {
    await file.close();
  }
}

function isToken(text: string): boolean {
  try {
    parseToken(text.trim());
    return true;
  } catch {
    return false;
  }
}
