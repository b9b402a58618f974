import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A running ClickHouse server on this machine. */
export interface ClickHouseServer {
  /** `http://127.0.0.1:port`. */
  url: string;
  tcpPort: number;
  /** May do everything, and is logged: `log_queries` is 1 and `system.query_log` is flushed at once. */
  username: string;
  password: string;
  /** Data, configuration and log: `server.log`. */
  directory: string;
  pid: number;
  /** Ends the server in order. With `keep`, its directory stays and may be given to `startClickHouse` again. */
  stop(options?: { keep?: boolean }): Promise<void>;
  /** SIGKILL, as a power cut for the process; the directory stays. */
  kill(): Promise<void>;
}

export interface ClickHouseOptions {
  /** Directory of an earlier server that was stopped with `keep` or killed. */
  directory?: string;
  /** Port for HTTP; a free one by default. */
  httpPort?: number;
  /** XML put into the server's configuration, e.g. `<remote_servers>…`. */
  config?: string;
  /** Lets the user `default` do everything without a password, as on a server that nobody closed. */
  open?: boolean;
}

const SLEEP = 'SELECT sleepEachRow(1) FROM numbers(1000000000)';
const MAIN = [
  'SYSTEM START LISTEN HTTP',
  'SYSTEM START LISTEN TCP',
  `${SLEEP} SETTINGS max_block_size = 1, function_sleep_max_microseconds_per_block = 0 FORMAT Null`,
].join('; ');

const USERNAME = 'tacet';
const START_MS = 30_000;
const STOP_MS = 10_000;

/** A port that nothing listens on now. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function writeConfig(
  directory: string,
  password: string,
  { config = '', open = false }: ClickHouseOptions,
): string {
  const file = join(directory, 'config.xml');
  writeFileSync(
    file,
    `<clickhouse>
  <users_config>${join(directory, 'users.xml')}</users_config>
  <query_log>
    <database>system</database>
    <table>query_log</table>
    <flush_interval_milliseconds>100</flush_interval_milliseconds>
  </query_log>
  <keep_alive_timeout>3</keep_alive_timeout>
  ${config}
</clickhouse>\n`,
  );
  // The user `default` runs the main query and cannot be closed to the network: it may do nothing else.
  const networks = open ? '<ip>::/0</ip>' : '<ip>::1</ip><ip>127.0.0.1</ip>';
  const grants = open ? '' : '<grants><query>GRANT SYSTEM LISTEN ON *.*</query></grants>';
  writeFileSync(
    join(directory, 'users.xml'),
    `<clickhouse>
  <profiles><default><log_queries>1</log_queries></default></profiles>
  <quotas><default/></quotas>
  <users>
    <default>
      <password></password>
      <networks>${networks}</networks>
      <profile>default</profile>
      ${grants}
    </default>
    <${USERNAME}>
      <password>${password}</password>
      <networks><ip>::1</ip><ip>127.0.0.1</ip></networks>
      <profile>default</profile>
      <access_management>1</access_management>
    </${USERNAME}>
  </users>
</clickhouse>\n`,
    { mode: 0o600 },
  );
  return file;
}

function passwordOf(directory: string): string {
  const file = join(directory, 'password');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const password = randomBytes(12).toString('hex');
    writeFileSync(file, password, { mode: 0o600 });
    return password;
  }
}

/**
 * Asks over HTTP; the text of the answer, or undefined when nobody answers or the answer is an error.
 * The connection is not kept: the server would wait for it when it stops.
 */
function ask(url: string, password: string, sql: string): Promise<string | undefined> {
  const headers = { 'X-ClickHouse-User': USERNAME, 'X-ClickHouse-Key': password };
  return new Promise((resolve) => {
    const asking = request(url, { method: 'POST', headers, agent: false }, (response) => {
      text(response).then(
        (answer) => resolve(response.statusCode === 200 ? answer : undefined),
        () => resolve(undefined),
      );
    });
    asking.on('error', () => resolve(undefined));
    asking.end(sql);
  });
}

async function until(done: () => Promise<boolean> | boolean, limit: number): Promise<boolean> {
  const end = performance.now() + limit;
  while (performance.now() < end) {
    if (await done()) return true;
    await delay(20);
  }
  return false;
}

/**
 * Starts a real ClickHouse server, the one inside libchdb, in a process of its own with a password, the
 * query log on and free ports on 127.0.0.1. Takes 0.3–1 s and about 250 MB.
 */
export async function startClickHouse(options: ClickHouseOptions = {}): Promise<ClickHouseServer> {
  const directory = options.directory ?? mkdtempSync(join(tmpdir(), 'tacet-clickhouse-'));
  const password = passwordOf(directory);
  const httpPort = options.httpPort ?? (await freePort());
  const tcpPort = await freePort();
  const url = `http://127.0.0.1:${httpPort}`;
  mkdirSync(join(directory, 'data'), { recursive: true });
  const log = openSync(join(directory, 'server.log'), 'a');
  const child: ChildProcess = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('./clickhouse-child.ts', import.meta.url)),
      `--path=${join(directory, 'data')}`,
      `--config-file=${writeConfig(directory, password, options)}`,
      `--http_port=${httpPort}`,
      `--tcp_port=${tcpPort}`,
      '--listen_host=127.0.0.1',
      `--query=${MAIN}`,
    ],
    { detached: true, stdio: ['ignore', log, log] },
  );
  let ended = false;
  child.on('exit', () => {
    ended = true;
  });
  child.on('error', () => {
    ended = true;
  });
  // A test that fails before its `stop` must not leave a server behind.
  const killNow = () => {
    if (!ended) child.kill('SIGKILL');
  };
  process.once('exit', killNow);
  const gone = () => until(() => ended, STOP_MS);
  const kill = async () => {
    killNow();
    await gone();
    process.removeListener('exit', killNow);
  };

  const up = await until(async () => ended || (await ask(url, password, 'SELECT 1')) === '1\n', START_MS);
  if (!up || ended || child.pid === undefined) {
    await kill();
    throw new Error(`ClickHouse did not start: see ${join(directory, 'server.log')}`);
  }
  return {
    url,
    tcpPort,
    username: USERNAME,
    password,
    directory,
    pid: child.pid,
    async stop({ keep = false } = {}) {
      // Ending the query ends the command line; SYSTEM SHUTDOWN is not for the embedded engine.
      await ask(url, password, `KILL QUERY WHERE query LIKE '${SLEEP}%' ASYNC`);
      if (!(await gone())) killNow();
      await kill();
      if (!keep) rmSync(directory, { recursive: true, force: true });
    },
    kill,
  };
}
