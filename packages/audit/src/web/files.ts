import type { HttpReply } from '../probing/wire.ts';
import { type Exposure, isPage, matched } from './exposure.ts';

const OWASP =
  'https://owasp.org/www-project-web-security-testing-guide/stable/4-Web_Application_Security_Testing/02-Configuration_and_Deployment_Management_Testing/04-Review_Old_Backup_and_Unreferenced_Files_for_Sensitive_Information';
const KEEP_OUT = 'Keep it outside of what the web server serves, and deny names that begin with a dot.';

/** How dumps begin that are text. */
const DUMPS: readonly (readonly [RegExp, string])[] = [
  [/^(?:--[^\n]*\n)*-- (?:MySQL|MariaDB) dump/, 'a dump of MySQL or MariaDB'],
  [/^(?:--[^\n]*\n)*--\n-- PostgreSQL database (?:cluster )?dump/, 'a dump of PostgreSQL'],
  [/^PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;/, 'a dump of SQLite'],
  [/^REDIS0\d{3}/, 'a snapshot of Redis'],
];

/** How other files begin that hold a copy of something. Bytes that are no UTF-8 come as U+FFFD. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['PGDMP', 'a dump of PostgreSQL (custom format)'],
  ['SQLite format 3\0', 'a SQLite database'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['\x1f\ufffd\x08', 'a gzip file'],
  ['(\ufffd/\ufffd', 'a Zstandard file'],
  ['\ufffd7zXZ\0', 'an xz file'],
  ["7z\ufffd\ufffd'\x1c", 'a 7z archive'],
];

function backup(reply: HttpReply): string | undefined {
  if (isPage(reply) || reply.headers['content-encoding'] !== undefined) return undefined;
  const { body } = reply;
  const [, what] =
    DUMPS.find(([head]) => head.test(body)) ?? MAGIC.find(([head]) => body.startsWith(head)) ?? [];
  return what;
}

const ENTRY = /^(?:export\s+)?[A-Za-z_][A-Za-z0-9_]{0,80}=.*$/;

/** Names of settings; at least two lines, and nothing else but comments and empty lines. */
function environment(reply: HttpReply): string | undefined {
  if (isPage(reply)) return undefined;
  const lines = reply.body.split(/\r?\n/);
  // The last one may be a part only.
  if (reply.cut || reply.status === 206) lines.pop();
  const said = lines.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (said.length < 2 || !said.every((line) => ENTRY.test(line))) return undefined;
  return `settings: ${said
    .slice(0, 10)
    .map((line) => line.slice(0, line.indexOf('=')).replace(/^export\s+/, ''))
    .join(', ')}`;
}

export const FILES: readonly Exposure[] = [
  {
    check: {
      id: 'web-git',
      title: 'The site serves its Git repository',
      severity: 'high',
      why: 'The whole source with its history can be rebuilt from it, and with it every secret that was ever committed.',
      fix: `Serve a build instead of a checkout. ${KEEP_OUT} Replace the secrets that the history holds.`,
      references: ['https://git-scm.com/docs/gitrepository-layout', OWASP],
    },
    paths: ['.git/HEAD', '.git/config'],
    tells: (reply) =>
      matched(reply, /^ref: refs\/(?:heads|remotes|tags)\/[\w./-]+(?=\s*$)|^[0-9a-f]{40}(?=\s*$)/) ??
      (/^\[core\]\s*\n(?:.*\n)*?\s*repositoryformatversion\s*=/.test(reply.body)
        ? '[core] repositoryformatversion'
        : undefined),
  },
  {
    check: {
      id: 'web-svn',
      title: 'The site serves its Subversion working copy',
      severity: 'high',
      why: 'The source of the site can be read from it.',
      fix: `Serve an export instead of a working copy. ${KEEP_OUT}`,
      references: [OWASP],
    },
    paths: ['.svn/wc.db'],
    tells: (reply) => matched(reply, /^SQLite format 3(?=\0)/),
  },
  {
    check: {
      id: 'web-env',
      title: 'The site serves its environment file',
      severity: 'critical',
      why: 'Such files hold the passwords and keys that the application works with.',
      fix: `${KEEP_OUT} Replace every secret that the file holds.`,
      references: ['https://12factor.net/config', OWASP],
    },
    paths: ['.env', '.env.production', '.env.local', '.env.bak'],
    tells: environment,
  },
  {
    check: {
      id: 'web-credentials',
      title: 'The site serves a file of credentials',
      severity: 'critical',
      why: 'Whoever fetches it has what it opens.',
      fix: `${KEEP_OUT} Replace what the file holds.`,
      references: [OWASP],
    },
    paths: ['.aws/credentials', '.npmrc', '.htpasswd', 'id_rsa', '.ssh/id_rsa', '.git-credentials'],
    tells(reply) {
      if (isPage(reply)) return undefined;
      const key = matched(reply, /^-----BEGIN (?:OPENSSH |RSA |EC )?PRIVATE KEY-----/);
      if (key !== undefined) return key;
      if (/^\[[\w-]+\]\s*\n(?:.*\n)*?aws_secret_access_key\s*=/.test(reply.body))
        return 'aws_secret_access_key';
      if (/^(?:.*\n)*?\/\/\S+:_authToken=/.test(reply.body)) return '_authToken';
      if (/^[\w.-]+:\$(?:apr1|2y|5|6)\$/.test(reply.body)) return 'user names with hashes of their passwords';
      return /^https?:\/\/[^\s:@/]+:[^\s@]+@\S+\s*$/m.test(reply.body)
        ? 'an address with a password'
        : undefined;
    },
  },
  {
    check: {
      id: 'web-source-backup',
      title: 'The site serves a copy of a configuration file as text',
      severity: 'high',
      why: 'A copy that an editor left behind is sent as it is, with the password of the database in it.',
      fix: `Remove the copy. ${KEEP_OUT} Replace the passwords that it holds.`,
      references: [OWASP],
    },
    paths: ['wp-config.php.bak', 'wp-config.php~', 'config.php.bak', 'config.php~', 'settings.py.bak'],
    tells: (reply) =>
      matched(reply, /^<\?php(?=\s)/) !== undefined && /DB_PASSWORD|password/i.test(reply.body)
        ? '<?php with a password'
        : /^(?:SECRET_KEY|DATABASES)\s*=/m.test(reply.body) && !isPage(reply)
          ? 'settings of Django'
          : undefined,
  },
  {
    check: {
      id: 'web-backup',
      title: 'The site serves a backup or a dump',
      severity: 'critical',
      why: 'Whoever guesses the name, and everybody guesses these, has a copy of the data or of the source.',
      fix: 'Write backups to a place that no web server serves; remove this one, and treat what it holds as leaked.',
      references: [OWASP],
    },
    paths: [
      ...['backup.sql', 'dump.sql', 'database.sql', 'db.sql', 'backup.sql.gz', 'dump.sql.gz'],
      ...['backup.zip', 'backup.tar.gz', 'backup.tgz', 'site.zip', 'www.zip', 'www.tar.gz'],
      ...['db.sqlite3', 'database.sqlite', 'dump.rdb', 'backup/backup.sql', 'backups/backup.sql'],
    ],
    tells: backup,
  },
  {
    check: {
      id: 'web-ds-store',
      title: 'The site serves a .DS_Store file',
      severity: 'low',
      why: 'It names every file of the folder, those included to which nothing links.',
      fix: KEEP_OUT,
      references: [OWASP],
    },
    paths: ['.DS_Store'],
    tells: (reply) => (reply.body.startsWith('\0\0\0\x01Bud1') ? 'Bud1' : undefined),
  },
];
