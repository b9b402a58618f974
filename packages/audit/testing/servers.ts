import { randomBytes } from 'node:crypto';
import { appendFileSync, chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { finish, isRunnable, type Program, programOf } from './process.ts';

/** Programs that a person has installed; undefined where this machine lacks one: its tests are skipped. */
export const found = {
  redis: programOf('redis-server'),
  postgres: programOf('postgres'),
  mariadb: programOf('mariadbd'),
  nats: programOf('nats-server'),
  etcd: programOf('etcd'),
  memcached: programOf('memcached'),
  mosquitto: programOf('mosquitto'),
  prometheus: programOf('prometheus'),
  nginx: programOf('nginx'),
  epmd: programOf('epmd'),
  rabbitmq: ['/usr/lib/rabbitmq/bin/rabbitmq-server'].find(isRunnable),
};

/** The folder that TACET_TEST_SERVERS names has two more, from npm. */
export function fromNpm(name: string): string | undefined {
  const folder = process.env.TACET_TEST_SERVERS;
  try {
    return folder && createRequire(join(folder, 'package.json')).resolve(name);
  } catch {
    return undefined;
  }
}

/** Made anew for every run. */
export const PASSWORD = randomBytes(9).toString('hex');

/** Whom PostgreSQL and MariaDB run as when root starts them. */
const user = process.getuid?.() === 0 ? { as: { uid: 65_534, gid: 65_534 } } : {};

function own(directory: string): void {
  chmodSync(directory, 0o700);
  if (user.as) chownSync(directory, user.as.uid, user.as.gid);
}

export const redis = (password = ''): Program => ({
  program: found.redis!,
  args: (port, directory) => {
    const file = join(directory, 'redis.conf');
    const lines = [`port ${port}`, 'bind 127.0.0.1', `dir ${directory}`, 'save ""'];
    writeFileSync(file, [...lines, password && `requirepass ${password}`].join('\n'));
    return [file];
  },
});

/** `hba` is the method of pg_hba.conf that asks for passwords, or does not. */
export const postgres: Program = {
  program: found.postgres!,
  ...user,
  args: (port, directory) => [
    '-D',
    join(directory, 'db'),
    '-p',
    String(port),
    '-k',
    directory,
    '-c',
    'fsync=off',
  ],
  async prepare(_, directory) {
    own(directory);
    const db = join(directory, 'db');
    const args = [
      '-D',
      db,
      '-U',
      'postgres',
      '-A',
      'trust',
      '--no-sync',
      '--no-instructions',
      '-E',
      'UTF8',
      '--locale=C',
    ];
    await finish(join(dirname(found.postgres!), 'initdb'), args, user);
  },
};

/** Lets everybody in by `method` from now on, or as soon as the server has heard; `hostssl` behind TLS only. */
export function setMethod(
  directory: string,
  method: string,
  pid: number,
  by: 'host' | 'hostssl' = 'host',
): void {
  writeFileSync(join(directory, 'db', 'pg_hba.conf'), `${by} all all 127.0.0.1/32 ${method}\n`);
  process.kill(pid, 'SIGHUP');
}

/** Lets the server speak TLS as soon as it is told to read its settings again. */
export function offerTls(directory: string, { key, cert }: { key: string; cert: string }): void {
  const db = join(directory, 'db');
  writeFileSync(join(db, 'server.key'), key, { mode: 0o600 });
  writeFileSync(join(db, 'server.crt'), cert);
  if (user.as) chownSync(join(db, 'server.key'), user.as.uid, user.as.gid);
  appendFileSync(join(db, 'postgresql.conf'), 'ssl = on\n');
}

export const mariadb: Program = {
  program: found.mariadb!,
  ...user,
  args: (port, directory) => [
    '--no-defaults',
    `--datadir=${join(directory, 'db')}`,
    `--socket=${join(directory, 'sock')}`,
    ...[
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      '--innodb-flush-log-at-trx-commit=0',
    ],
  ],
  async prepare(_, directory) {
    own(directory);
    await finish(
      programOf('mariadb-install-db')!,
      [
        '--no-defaults',
        `--datadir=${join(directory, 'db')}`,
        ...['--auth-root-authentication-method=normal', '--skip-test-db', '--skip-name-resolve'],
      ],
      user,
    );
  },
};

/** Runs SQL as root without a password. */
export const sql = (directory: string, input: string) =>
  finish(programOf('mariadb')!, ['--no-defaults', `--socket=${join(directory, 'sock')}`, '-u', 'root'], {
    input,
  });

/** With a certificate it speaks TLS only; `verify` wants one of the client, too. */
export const nats = (
  password = '',
  tls?: { readonly key: string; readonly cert: string; readonly verify: boolean },
): Program => ({
  program: found.nats!,
  args: (port, directory) => {
    const [file, key, cert] = ['nats.conf', 'key.pem', 'cert.pem'].map((name) => join(directory, name));
    const lines = [`listen: 127.0.0.1:${port}`, `jetstream { store_dir: "${directory}" }`];
    if (password) lines.push(`authorization { user: app, password: "${password}" }`);
    if (tls) {
      writeFileSync(key!, tls.key);
      writeFileSync(cert!, tls.cert);
      const verify = tls.verify ? `, verify: true, ca_file: "${cert}"` : '';
      lines.push(`tls { key_file: "${key}", cert_file: "${cert}"${verify} }`);
    }
    writeFileSync(file!, lines.join('\n'));
    return ['-c', file!];
  },
});

export const etcd: Program = {
  program: found.etcd!,
  args: (port, directory) => {
    const url = `http://127.0.0.1:${port}`;
    const peers = 'http://127.0.0.1:0';
    return [
      ...[
        '--data-dir',
        join(directory, 'data'),
        '--unsafe-no-fsync',
        '--logger',
        'zap',
        '--log-level',
        'fatal',
      ],
      ...['--listen-client-urls', url, '--advertise-client-urls', url, '--listen-peer-urls', peers],
    ];
  },
};

export const memcached = (password = ''): Program => ({
  program: found.memcached!,
  args: (port, directory) => {
    const file = join(directory, 'auth');
    writeFileSync(file, `app:${password}\n`);
    chmodSync(directory, 0o755);
    return [
      '-l',
      '127.0.0.1',
      '-p',
      String(port),
      '-U',
      '0',
      '-u',
      'nobody',
      ...(password ? ['-Y', file] : []),
    ];
  },
});

export const mosquitto = (anonymous: boolean): Program => ({
  program: found.mosquitto!,
  args: (port, directory) => {
    const file = join(directory, 'mosquitto.conf');
    writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous ${anonymous}\nuser root\n`);
    return ['-c', file];
  },
});

export const prometheus = (guarded: boolean): Program => ({
  program: found.prometheus!,
  args: (port, directory) => {
    const [config, web] = [join(directory, 'prometheus.yml'), join(directory, 'web.yml')];
    writeFileSync(config, 'global: {}\n');
    // The form of bcrypt; what it is a hash of nobody knows.
    const hash = `$2b$10$${randomBytes(40).toString('hex').slice(0, 53)}`;
    writeFileSync(web, guarded ? `basic_auth_users:\n  admin: ${hash}\n` : '{}\n');
    return [
      ...[`--config.file=${config}`, `--web.config.file=${web}`, `--web.listen-address=127.0.0.1:${port}`],
      `--storage.tsdb.path=${join(directory, 'data')}`,
    ];
  },
});

/** A page for whoever asks, a listing, and a folder with a password. */
export const nginx: Program = {
  program: found.nginx!,
  args: (port, directory) => {
    const file = join(directory, 'nginx.conf');
    mkdirSync(join(directory, 'www', 'private'), { recursive: true });
    writeFileSync(join(directory, 'www', 'dump.sql'), '-- nothing');
    for (const folder of ['', 'www', 'www/private']) chmodSync(join(directory, folder), 0o755);
    const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${directory}/temp;`,
    );
    const realm = 'auth_basic "private"; auth_basic_user_file /dev/null;';
    writeFileSync(
      file,
      `daemon off; master_process off; pid ${directory}/pid; error_log /dev/null; events {}
http { access_log off; ${paths.join(' ')}
server { listen 127.0.0.1:${port}; root ${directory}/www; autoindex on; location /v1/ { ${realm} } location /api/ { ${realm} } } }`,
    );
    return ['-c', file, '-p', directory];
  },
};

/** With the port of AMQP and that of the management; `epmd` tells nodes of each other, and is one's own here. */
export const rabbitmq = (management: number, distribution: number, epmd: number): Program => ({
  program: found.rabbitmq!,
  ...user,
  args: () => [],
  prepare: (_, directory) => own(directory),
  env: (port, directory) => {
    const file = (name: string, text: string) => {
      const path = join(directory, name);
      writeFileSync(path, text);
      return path;
    };
    const config = `listeners.tcp.1 = 127.0.0.1:${port}\nmanagement.tcp.port = ${management}\nmanagement.tcp.ip = 127.0.0.1\n`;
    return {
      HOME: directory,
      ERL_EPMD_PORT: String(epmd),
      RABBITMQ_NODENAME: `tacet-${port}@localhost`,
      RABBITMQ_DIST_PORT: String(distribution),
      RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', config),
      RABBITMQ_ENABLED_PLUGINS_FILE: file('plugins', '[rabbitmq_management].'),
      RABBITMQ_MNESIA_BASE: directory,
      RABBITMQ_LOG_BASE: directory,
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1',
    };
  },
});

export const epmd = (): Program => ({
  program: found.epmd!,
  args: (port) => ['-port', String(port), '-address', '127.0.0.1'],
});

export const azurite = (account: string): Program => ({
  program: process.execPath,
  args: (port, directory) => [
    fromNpm('azurite/dist/src/blob/main.js')!,
    ...['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', directory],
    ...['--silent', '--skipApiVersionCheck', '--disableTelemetry'],
  ],
  env: () => ({ AZURITE_ACCOUNTS: account }),
});

export const chroma: Program = {
  program: process.execPath,
  args: (port, directory) => [
    fileURLToPath(new URL('./chroma-child.cjs', import.meta.url)),
    fromNpm('chromadb-js-bindings-linux-x64-gnu')!,
    ...['chroma', 'run', '--path', directory, '--host', '127.0.0.1', '--port', String(port)],
  ],
};
