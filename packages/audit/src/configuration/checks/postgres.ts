import { dirname } from 'node:path/posix';
import { isAny, isLoopback } from '../address.ts';
import { type ConfigurationCheck, family, type Reading } from '../check.ts';
import { isOn, type Setting } from '../setting.ts';

const HBA = 'https://www.postgresql.org/docs/current/auth-pg-hba-conf.html';

/** A line of `pg_hba.conf`. */
interface Rule {
  readonly at: Setting;
  /** `local`, `host`, `hostssl`, `hostnossl`, `hostgssenc`, `hostnogssenc` */
  readonly type: string;
  readonly database: string;
  readonly user: string;
  /** Empty for `local`. */
  readonly address: string;
  readonly method: string;
}

/** `pg_hba.conf` and `postgresql.conf` of one folder. */
interface Cluster {
  /** Without those that an earlier line takes everything from. */
  readonly rules: readonly Rule[];
  readonly config: Setting | undefined;
  /** False only when `postgresql.conf` says that nobody else is listened to. */
  readonly listens: boolean;
}

function clustersOf(readings: readonly Reading[]): Cluster[] {
  return [...Map.groupBy(readings, ({ file }) => dirname(file)).values()].map((files) => {
    const rules = files
      .filter(({ file }) => isHba(file))
      .flatMap(({ root }) => root.children.flatMap(ruleOf));
    const configs = files.filter(({ file }) => !isHba(file));
    const config = configs.find(({ file }) => !/auto/.test(file))?.root ?? configs[0]?.root;
    const addresses = config?.last('listen_addresses')?.value ?? 'localhost';
    const listens = !config || addresses.split(',').some((one) => one.trim() !== '' && !isLoopback(one));
    return {
      rules: rules.filter(
        (rule, at) => !rules.slice(0, Math.min(at, 1_000)).some((one) => takesAll(one, rule)),
      ),
      config,
      listens,
    };
  });
}

function isHba(file: string): boolean {
  return /pg_hba[^/]*$/.test(file);
}

function ruleOf(at: Setting): Rule[] {
  const [type = '', database = '', user = '', ...rest] = (at.value ?? '')
    .split(/\s+/)
    .map((one) => one.replaceAll('"', ''));
  if (!/^(?:local|host(?:no)?(?:ssl|gssenc)?)$/.test(type)) return [];
  if (type === 'local') return [{ at, type, database, user, address: '', method: rest[0] ?? '' }];
  // An address may be written with its mask as a word of its own.
  const masked = /^\d+\.\d+\.\d+\.\d+$|^[0-9a-f]*:[0-9a-f:]*$/i.test(rest[1] ?? '');
  const address = masked && rest[1] === '0.0.0.0' ? '0.0.0.0/0' : (rest[0] ?? '');
  return [{ at, type, database, user, address, method: rest[masked ? 2 : 1] ?? '' }];
}

/** Whether an earlier line decides over every connection that a later one is about. */
function takesAll(first: Rule, later: Rule): boolean {
  const same = (a: string, b: string) => a === b;
  return (
    same(first.type, later.type) &&
    (first.database === 'all' || same(first.database, later.database)) &&
    later.database !== 'replication' &&
    (first.user === 'all' || same(first.user, later.user)) &&
    (first.address === 'all' || same(first.address, later.address))
  );
}

const everywhere = ({ address }: Rule) => address === 'all' || (address !== '' && isAny(address));
const beyond = ({ address }: Rule) => address !== '' && !isLoopback(address);

const checks: readonly ConfigurationCheck<Cluster>[] = [
  {
    id: 'postgres-open-to-world',
    title: 'PostgreSQL lets everybody in without a password',
    severity: 'critical',
    why: 'Whoever reaches the port signs in as any user of the line, superusers too, and as such runs programs on the machine.',
    fix: 'Replace `trust` by `scram-sha-256` and the address by the network of the application.',
    references: [HBA, 'https://www.postgresql.org/docs/current/auth-trust.html'],
    explains: ['postgresql'],
    *find({ rules, config, listens }) {
      for (const rule of rules)
        if (rule.method === 'trust' && everywhere(rule) && listens) {
          const address = config?.last('listen_addresses');
          yield { at: address ? [rule.at, address] : rule.at };
        }
    },
  },
  {
    id: 'postgres-trusts-network',
    title: 'PostgreSQL lets other machines in without a password',
    severity: 'high',
    why: 'Every program on each machine of that network signs in as any user of the line.',
    fix: 'Replace `trust` by `scram-sha-256`.',
    references: [HBA],
    explains: ['postgresql'],
    *find({ rules, listens }) {
      for (const rule of rules)
        if (rule.method === 'trust' && beyond(rule) && !everywhere(rule) && listens) yield { at: rule.at };
    },
  },
  {
    id: 'postgres-trusts-machine',
    title: 'PostgreSQL lets every user of its machine in as anybody',
    severity: 'low',
    why: 'Any program on the machine, and any request that it can be made to send, signs in as a superuser.',
    fix: 'Use `peer` for `local` lines and `scram-sha-256` for `127.0.0.1` and `::1`.',
    references: [HBA],
    *find({ rules }) {
      const local = rules.find((rule) => rule.method === 'trust' && !beyond(rule));
      if (local) yield { at: local.at };
    },
  },
  {
    id: 'postgres-password-in-clear',
    title: 'PostgreSQL asks for passwords in clear text',
    severity: 'high',
    why: 'The method `password` sends the password itself, and the line allows connections without TLS.',
    fix: 'Use `scram-sha-256`, and `hostssl` instead of `host`.',
    references: ['https://www.postgresql.org/docs/current/auth-password.html'],
    *find({ rules, listens }) {
      for (const rule of rules)
        if (
          /^(?:password|ldap|pam|radius)$/.test(rule.method) &&
          beyond(rule) &&
          rule.type !== 'hostssl' &&
          listens
        )
          yield { at: rule.at };
    },
  },
  {
    id: 'postgres-ident-over-network',
    title: 'PostgreSQL believes other machines who their user is',
    severity: 'high',
    why: 'With `ident` the machine that connects says itself which user it is.',
    fix: 'Use `scram-sha-256` or `cert`.',
    references: ['https://www.postgresql.org/docs/current/auth-ident.html'],
    *find({ rules, listens }) {
      for (const rule of rules) if (rule.method === 'ident' && beyond(rule) && listens) yield { at: rule.at };
    },
  },
  {
    id: 'postgres-md5',
    title: 'PostgreSQL proves passwords with MD5',
    severity: 'low',
    why: 'The stored hash alone is enough to sign in, and passwords are quickly guessed from it; newer releases give the method up.',
    fix: 'Set `password_encryption = scram-sha-256`, set new passwords, then use `scram-sha-256` in `pg_hba.conf`.',
    references: ['https://www.postgresql.org/docs/current/auth-password.html'],
    *find({ rules, config }) {
      const rule = rules.find((one) => one.method === 'md5');
      const stored = config?.last('password_encryption');
      if (rule) yield { at: rule.at };
      else if (stored?.value === 'md5') yield { at: stored };
    },
  },
  {
    id: 'postgres-remote-without-tls',
    title: 'PostgreSQL talks to other machines without TLS',
    severity: 'medium',
    why: 'Queries and rows can be read and changed on the way.',
    fix: 'Set `ssl = on` with a certificate, and write `hostssl` instead of `host`.',
    references: ['https://www.postgresql.org/docs/current/ssl-tcp.html'],
    *find({ rules, config, listens }) {
      if (!config || isOn(config.last('ssl')) || !listens) return;
      const passwords = rules.find((rule) => rule.method === 'scram-sha-256' && beyond(rule));
      const ssl = config.last('ssl');
      if (passwords) yield { at: ssl ? [ssl, passwords.at] : passwords.at };
    },
  },
  {
    id: 'postgres-superuser-from-anywhere',
    title: 'The superuser of PostgreSQL may sign in from anywhere',
    severity: 'medium',
    why: 'One guessed or stolen password gives everything, and programs on the machine with it.',
    fix: 'Let `postgres` in through `local` with `peer` only, and add `host all postgres all reject` before other lines.',
    references: [HBA],
    *find({ rules, listens }) {
      for (const rule of rules)
        if (
          rule.user === 'postgres' &&
          everywhere(rule) &&
          !/^(?:reject|trust|cert)$/.test(rule.method) &&
          listens
        )
          yield { at: rule.at };
    },
  },
  {
    id: 'postgres-replication-from-anywhere',
    title: 'PostgreSQL hands its whole stream of changes to anywhere',
    severity: 'medium',
    why: 'Whoever has the password of a user with REPLICATION copies every database.',
    fix: 'Name the addresses of the standbys, with `hostssl` and `scram-sha-256` or `cert`.',
    references: ['https://www.postgresql.org/docs/current/warm-standby.html'],
    *find({ rules, listens }) {
      for (const rule of rules)
        if (
          rule.database === 'replication' &&
          everywhere(rule) &&
          !/^(?:reject|trust|cert)$/.test(rule.method) &&
          listens
        )
          yield { at: rule.at };
    },
  },
  {
    id: 'postgres-log-of-everything',
    title: 'PostgreSQL writes every statement into its log',
    severity: 'low',
    why: 'The log then holds what applications store, in clear text and beside the rights of the tables.',
    fix: 'Set `log_statement` to `none` or `ddl`, and `log_parameter_max_length = 0`.',
    references: ['https://www.postgresql.org/docs/current/runtime-config-logging.html'],
    *find({ config }) {
      const statements = config?.last('log_statement');
      const slow = config?.last('log_min_duration_statement');
      if (statements?.value === 'all') yield { at: statements };
      else if (slow?.value === '0') yield { at: slow };
    },
  },
];

export const postgres = family(['postgres'], clustersOf, checks);
