import { type Check, type Finding, findingOf, type Severity, type Told } from '../finding.ts';

const cwe = (number: number) => `https://cwe.mitre.org/data/definitions/${number}.html`;
const CLICKHOUSE = 'https://clickhouse.com/docs/operations';
const POSTGRES = 'https://www.postgresql.org/docs/current';

type Rest = [why: string, fix: string, ...references: string[]];
const check = (severity: Severity, title: string, ...[why, fix, ...references]: Rest): Omit<Check, 'id'> => ({
  title,
  severity,
  why,
  fix,
  references,
});

/** What is checked of this installation. */
const CHECKS = {
  'self-proxy-bypass': check(
    'medium',
    'The port behind the proxy is open to other machines, without TLS',
    'Whoever reaches the port goes past the proxy: what they send travels in the clear, and they can claim any address.',
    'Listen on 127.0.0.1 (--host) when the proxy runs on this machine; else let a firewall admit the proxy alone.',
    cwe(319),
  ),
  'self-grpc-plain': check(
    'medium',
    'OTLP over gRPC is open to other machines, without TLS',
    'Events and ingest tokens travel in the clear to whoever is on the way.',
    'Let a proxy with TLS stand in front, on this machine, and listen on 127.0.0.1.',
    cwe(319),
  ),
  'self-metrics-public': check(
    'low',
    'Other machines can read /metrics',
    'The counters say how many events come in and how many secrets of each kind are cut out.',
    'Let the proxy or a firewall admit the monitoring alone to /metrics.',
    cwe(200),
  ),
  'self-certificate-ends': check(
    'medium',
    'The TLS certificate ends soon',
    'Once it has ended writers and readers are refused by their own TLS.',
    'Renew the files of --tls-cert and --tls-key; the server reads them again by itself.',
    'https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5',
  ),
  'self-clickhouse-open': check(
    'critical',
    'The ClickHouse server answers without a password',
    'Whoever reaches it reads the coarse facts and the ciphertext of every segment, and can delete them.',
    'Give every user in users.xml or by SQL a password (sha256_password), and remove or restrict `default`.',
    `${CLICKHOUSE}/settings/settings-users`,
    cwe(306),
  ),
  'self-clickhouse-plain': check(
    'high',
    'The way to the ClickHouse server has no TLS',
    'The password of the log database travels in the clear, and so do coarse facts and ciphertext.',
    'Set https_port and openSSL in config.xml, and use an https URL in config.json.',
    'https://clickhouse.com/docs/guides/sre/configuring-ssl',
    cwe(319),
  ),
  'self-clickhouse-rights': check(
    'medium',
    'The ClickHouse user may do more than Tacet needs',
    'Whoever gets its password can read files and other databases of that server, or make users.',
    'Grant this user SELECT, INSERT, ALTER, CREATE, DROP, TRUNCATE and OPTIMIZE on its own database only.',
    'https://clickhouse.com/docs/sql-reference/statements/grant',
    cwe(250),
  ),
  'self-clickhouse-query-log': check(
    'low',
    'ClickHouse keeps a log of queries',
    'It says when who searched, and with which keyed tokens: whoever has it sees that two searches were alike.',
    'Set log_queries to 0 for this user, or give system.query_log a short TTL in config.xml.',
    `${CLICKHOUSE}/server-configuration-parameters/settings#query_log`,
    cwe(532),
  ),
  'self-postgres-open': check(
    'critical',
    'The PostgreSQL server lets in without a password',
    'Whoever reaches it reads and changes the control records: shares, accounts, tokens’ hashes.',
    'Replace `trust` by `scram-sha-256` in pg_hba.conf, for every line that covers this address, and reload.',
    `${POSTGRES}/auth-pg-hba-conf.html`,
    cwe(306),
  ),
  'self-postgres-plain': check(
    'high',
    'The way to the PostgreSQL server has no TLS',
    'Control records travel in the clear to whoever is on the way.',
    'Set ssl = on in postgresql.conf, and add sslmode=verify-full to the URL.',
    `${POSTGRES}/ssl-tcp.html`,
    cwe(319),
  ),
  'self-postgres-superuser': check(
    'medium',
    'The PostgreSQL user is a superuser',
    'Whoever gets its password has every database of that server, and can run programs on its machine.',
    'Make a user of its own that owns the database of the control records and nothing else.',
    `${POSTGRES}/role-attributes.html`,
    cwe(250),
  ),
  'self-postgres-statements': check(
    'low',
    'PostgreSQL logs statements',
    'Its log then holds parameters: ids, wrapped shares and hashes, in files that nobody protects as such.',
    'Set log_statement = none and log_min_duration_statement = -1 for this user or database.',
    `${POSTGRES}/runtime-config-logging.html`,
    cwe(532),
  ),
  'self-directory-readable': check(
    'medium',
    'Other users of this machine can look into the directory',
    'They read coarse facts, ciphertext, the trail, and settings.',
    'chmod -R go-rwx DIRECTORY',
    cwe(732),
  ),
  'self-key-readable': check(
    'high',
    'Other users of this machine can read a key or a password',
    'With it they are the server, towards its databases or in the trail.',
    'chmod 600 FILE, and replace what it holds if others had access.',
    cwe(732),
  ),
  'self-foreign-owner': check(
    'medium',
    'A file of the directory belongs to another user',
    'Its owner can replace keys, settings or policy, whatever the file’s mode.',
    'chown the directory to the user who runs the server.',
    cwe(708),
  ),
  'self-identity-inside': check(
    'critical',
    'An identity file lies inside the directory',
    'A copy or a backup of the directory takes along what opens everything in it; only its passphrase stands between.',
    'Move it to another machine, or at least out of the directory; renew the keys if there are copies of the directory.',
    cwe(922),
  ),
  'self-token-inside': check(
    'high',
    'A token lies inside the directory',
    'A copy or a backup of the directory takes it along: whoever has it can write, search or administer.',
    'Move it, and replace it: tacet token revoke, tacet token create.',
    cwe(522),
  ),
  'self-identity-near': check(
    'low',
    'An identity file lies on the machine that stores the logs',
    'Whoever takes the machine has both the ciphertext and, but for a passphrase, what opens it.',
    'Keep identities on the machines of those who read; the server needs none.',
    cwe(522),
  ),
  'self-backup-readable': check(
    'medium',
    'Other users of this machine can read what looks like a backup of the directory',
    'A backup holds all that the directory holds, the server’s keys too.',
    'chmod 600 FILE, or encrypt it to somebody else’s key and move it away.',
    cwe(530),
  ),
  'self-no-owner': check(
    'medium',
    'Nobody has the account of an owner',
    'Whoever gets hold of the link for the first owner, which is printed at start, becomes the owner.',
    'Use the link that tacet serve prints, or make an account: tacet user add NAME --role owner.',
    cwe(1392),
  ),
  'self-link-open': check(
    'low',
    'An account has never been used: its link may still be open',
    'Whoever finds the message with the link signs in as that person.',
    'Ask whether they got it; else tacet user disable NAME, or a fresh link: tacet user link NAME.',
    cwe(640),
  ),
  'self-token-endless': check(
    'low',
    'A token that reads or administers has no end',
    'Once it is lost it works until somebody notices.',
    'Make one with an end and revoke this one: tacet token create --expires 90d, tacet token revoke.',
    cwe(613),
  ),
  'self-token-unused': check(
    'info',
    'A token has not been used for 90 days',
    'Nobody would miss it, and nobody would notice that somebody else uses it.',
    'tacet token revoke ID',
    cwe(613),
  ),
  'self-token-expired': check(
    'info',
    'A token has ended and is still listed',
    'It opens nothing any more.',
    'tacet token revoke ID',
    cwe(613),
  ),
  'self-policy-undenied': check(
    'critical',
    'The policy permits what it must deny to everybody',
    'A principal without any known role, or of another workspace, is let in.',
    'Remove the `permit` without a role from policy/*.cedar, or put the shipped files back and start again.',
    'https://docs.cedarpolicy.com/policies/syntax-policy.html',
    cwe(1220),
  ),
  'self-policy-wider': check(
    'high',
    'The policy permits more than the shipped one',
    'A role may do what it was not made for.',
    'Look at policy/*.cedar: is it meant? Then accept this finding with the reason; else put the shipped files back.',
    'https://docs.cedarpolicy.com/policies/syntax-policy.html',
    cwe(1220),
  ),
  'self-policy-changed': check(
    'info',
    'The policy is not the shipped one',
    'It permits nothing more to any role by itself, but nobody but you has tested it.',
    'Nothing, if you changed it; else compare policy/*.cedar with the trail: tacet trail show --kind policy.',
    'https://docs.cedarpolicy.com/policies/validation.html',
  ),
  'self-clear-secret': check(
    'high',
    'A clear column holds a secret or personal data',
    'Whoever has the log database reads it, without any key.',
    'Seal the column in clear-policy.json, stop the sender from writing it there, and replace the secret; the rows that are there go by erasing or by their term.',
    cwe(312),
  ),
  'self-trail-broken': check(
    'critical',
    'The trail does not verify',
    'Entries were changed, removed or reordered: what it says of who read what cannot be believed.',
    'Keep the directory as it is, copy it, and look at it with: tacet trail verify --dir COPY.',
    'https://www.rfc-editor.org/rfc/rfc9162',
  ),
  'self-trail-unwitnessed': check(
    'low',
    'No witness watches the trail',
    'Whoever holds keys/log could write another history that nobody can tell from the true one.',
    'Run tacet witness serve on somebody else’s machine, and name it under `witnesses` in config.json.',
    'https://c2sp.org/tlog-witness',
  ),
  'self-witness-behind': check(
    'medium',
    'A witness has not cosigned the trail for a day',
    'What was entered since then could be replaced without a contradiction to what the witness knows.',
    'Look whether the witness runs and can be reached: tacet trail verify --witness KEY.',
    'https://c2sp.org/tlog-witness',
  ),
  'self-nobody-told': check(
    'info',
    'Nobody is told of findings',
    'They stand in lists that somebody has to look at.',
    'Name a webhook or addresses under `audit.notices` in config.json.',
  ),
  'self-notices-failing': check(
    'medium',
    'Notices were given up: the other side did not take them',
    'Somebody relies on being told, and is not.',
    'Look at the address and the secret that config.json names for this channel, and at whoever receives.',
    'https://www.standardwebhooks.com',
  ),
  'self-report-overdue': check(
    'medium',
    'A report from outside waits for an answer beyond its term',
    'Who reported a hole and hears nothing publishes it.',
    'Read it, then: tacet audit answer FINGERPRINT confirmed, fixed or declined.',
    'https://www.iso.org/standard/72311.html',
  ),
} as const satisfies Record<string, Omit<Check, 'id'>>;

export type SelfCheck = keyof typeof CHECKS;

/** A finding of this installation about itself. */
export function selfFinding(id: SelfCheck, told: Omit<Told, 'source'>): Finding {
  return findingOf({ id, ...CHECKS[id] }, { source: 'self', ...told });
}
