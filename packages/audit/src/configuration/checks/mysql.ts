import { isAny, isLoopback } from '../address.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { isOff, isOn, type Setting } from '../setting.ts';

const MANUAL = 'https://dev.mysql.com/doc/refman/8.4/en/';

/** An option of the server's sections, however its words are joined; the last one counts. */
function option(root: Setting, name: string): Setting | undefined {
  return root
    .all('*', '*')
    .filter(({ path }) => /^(?:mysqld|server|mariadb|mariadbd)\b/.test(path))
    .findLast((one) => one.name.toLowerCase().replaceAll('_', '-') === name);
}

/** Present without a value counts as on. */
function on(setting: Setting | undefined): setting is Setting {
  return setting !== undefined && (setting.value === '' || isOn(setting));
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'mysql-grants-skipped',
    title: 'MySQL lets everybody in with every right',
    severity: 'critical',
    why: '`skip-grant-tables` turns off users and passwords altogether; it is for the minute in which a password is reset.',
    fix: 'Remove `skip-grant-tables` and restart.',
    references: [`${MANUAL}server-options.html#option_mysqld_skip-grant-tables`],
    explains: ['mysql'],
    *find(root) {
      const skip = option(root, 'skip-grant-tables');
      const bind = option(root, 'bind-address');
      const alone = on(option(root, 'skip-networking')) || (bind && isLoopback(bind.value ?? ''));
      if (on(skip)) yield { at: skip, ...(alone ? { severity: 'high' } : {}) };
    },
  },
  {
    id: 'mysql-password-in-file',
    title: 'A MySQL password stands in an option file',
    severity: 'medium',
    why: 'Whoever reads the file, its backup or its repository can sign in.',
    fix: 'Use `mysql_config_editor`, a login by socket, or a file that only its user can read and that is in no repository.',
    references: [`${MANUAL}password-security-user.html`],
    *find(root) {
      for (const one of root.all('*', 'password'))
        if (one.value && !/^\$\{?\w/.test(one.value)) yield { at: one };
    },
  },
  {
    id: 'mysql-without-tls',
    title: 'MySQL lets other machines connect without TLS',
    severity: 'medium',
    why: 'Queries, rows and weakly hashed passwords can be read and changed on the way.',
    fix: 'Set `require_secure_transport = ON`.',
    references: [`${MANUAL}using-encrypted-connections.html`],
    *find(root) {
      const bind = option(root, 'bind-address');
      if (!bind || isLoopback(bind.value ?? '') || on(option(root, 'require-secure-transport'))) return;
      if (!on(option(root, 'skip-networking')) && !off(root)) yield { at: bind };
    },
  },
  {
    id: 'mysql-tls-off',
    title: 'MySQL does not offer TLS at all',
    severity: 'medium',
    why: 'Even clients that want an encrypted connection cannot have one.',
    fix: 'Remove `skip_ssl`, `ssl = 0` or the empty `tls_version`, and set `require_secure_transport = ON`.',
    references: [`${MANUAL}using-encrypted-connections.html`],
    *find(root) {
      const setting = off(root);
      if (setting) yield { at: setting };
    },
  },
  {
    id: 'mysql-files-anywhere',
    title: 'MySQL reads and writes files anywhere',
    severity: 'medium',
    why: 'With an empty `secure_file_priv`, a user with the right FILE, or an injection that runs as one, reads keys and plants programs.',
    fix: 'Set `secure_file_priv` to a folder of its own, or to NULL.',
    references: [`${MANUAL}server-system-variables.html#sysvar_secure_file_priv`],
    *find(root) {
      const folder = option(root, 'secure-file-priv');
      if (folder && (folder.value === '' || folder.value === '/')) yield { at: folder };
    },
  },
  {
    id: 'mysql-local-infile',
    title: 'MySQL asks clients for their files',
    severity: 'low',
    why: 'A client that is led to a hostile server hands it any file that it can read; an injection loads files of the application’s machine.',
    fix: 'Set `local_infile = OFF`.',
    references: [`${MANUAL}load-data-local-security.html`],
    *find(root) {
      const infile = option(root, 'local-infile');
      if (on(infile)) yield { at: infile };
    },
  },
  {
    id: 'mysql-log-of-everything',
    title: 'MySQL writes every statement into a plain log',
    severity: 'low',
    why: 'The log holds what applications store, in clear text and beside the rights of the tables.',
    fix: 'Set `general_log = OFF`, or write it for an hour to a place that only administrators read.',
    references: [`${MANUAL}query-log.html`],
    *find(root) {
      const log = option(root, 'general-log');
      if (on(log)) yield { at: log };
    },
  },
  {
    id: 'mysql-old-password-hashes',
    title: 'MySQL keeps passwords as unsalted SHA-1',
    severity: 'low',
    why: 'A stolen table of users gives most passwords away; equal passwords look equal.',
    fix: 'Use `caching_sha2_password`, and set new passwords.',
    references: [`${MANUAL}native-pluggable-authentication.html`],
    *find(root) {
      for (const name of [
        'default-authentication-plugin',
        'authentication-policy',
        'mysql-native-password',
      ]) {
        const setting = option(root, name);
        if (setting && (/mysql_native_password/.test(setting.value ?? '') || name.startsWith('mysql')))
          if (!isOff(setting)) yield { at: setting };
      }
    },
  },
];

function off(root: Setting): Setting | undefined {
  const skip = option(root, 'skip-ssl');
  if (on(skip)) return skip;
  const bind = option(root, 'bind-address');
  if (bind && !isAny(bind.value ?? '') && isLoopback(bind.value ?? '')) return undefined;
  const ssl = option(root, 'ssl');
  if (isOff(ssl)) return ssl;
  const versions = option(root, 'tls-version');
  return versions?.value === '' ? versions : undefined;
}

export const mysql = family(['mysql'], eachFile, checks);
