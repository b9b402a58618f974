import { type Finding, selfFinding } from '@tacet/audit/watching';
import pg from 'pg';
import { isLoopback } from '../../http/host.ts';
import type { Look } from './look.ts';

const PATIENCE_MS = 5_000;

const CHECKS = [
  'self-postgres-open',
  'self-postgres-plain',
  'self-postgres-superuser',
  'self-postgres-statements',
] as const;

/**
 * What of a PostgreSQL server is open, as a stranger and as the server's own user see it. `url` holds the password;
 * without one there is nothing any more of what was found before.
 */
export function lookAtPostgres(url: string | undefined): Look {
  if (url === undefined) return { checks: CHECKS, look: async () => [] };
  const { hostname, port, username, pathname } = new URL(url);
  const subject = `tcp://${hostname}:${port || 5432}`;
  const database = decodeURIComponent(pathname.slice(1));
  return {
    checks: CHECKS,
    async look() {
      const findings: Finding[] = [];
      const hostPort = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 5432), database };
      for (const user of new Set([decodeURIComponent(username), 'postgres'])) {
        if (!(await letsIn({ ...hostPort, user, password: () => '' }))) continue;
        const proof = { request: `StartupMessage, user ${user}, no password`, reply: 'AuthenticationOk' };
        findings.push(selfFinding('self-postgres-open', { subject, within: user, proof }));
      }
      await connected({ connectionString: url }, async (client) => {
        const value = async (query: string) => {
          const { rows } = await client.query<{ value: unknown }>(query);
          return `${rows[0]?.value}`;
        };
        const tls = 'SELECT ssl AS value FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
        if (!isLoopback(hostname) && hostname !== '' && (await value(tls)) !== 'true')
          findings.push(
            selfFinding('self-postgres-plain', { subject, proof: { request: tls, reply: 'false' } }),
          );
        const superuser = "SELECT current_setting('is_superuser') AS value";
        if ((await value(superuser)) === 'on')
          findings.push(
            selfFinding('self-postgres-superuser', { subject, proof: { request: superuser, reply: 'on' } }),
          );
        const statement = await value("SELECT current_setting('log_statement') AS value");
        const duration = await value("SELECT current_setting('log_min_duration_statement') AS value");
        if (statement === 'mod' || statement === 'all' || duration !== '-1')
          findings.push(
            selfFinding('self-postgres-statements', {
              subject,
              proof: {
                request: 'SHOW log_statement; SHOW log_min_duration_statement',
                reply: `${statement}; ${duration}`,
              },
            }),
          );
      });
      return findings;
    },
  };
}

/** Whether it lets in; throws when that cannot be said. */
async function letsIn(config: pg.ClientConfig): Promise<boolean> {
  try {
    await connected(config, async () => {});
    return true;
  } catch (error) {
    const { code, syscall } = error as { code?: unknown; syscall?: unknown };
    // Nobody answered, or in words that say nothing of passwords: class 28 is about who asks.
    if (syscall !== undefined || (typeof code === 'string' && !code.startsWith('28') && code !== '3D000'))
      throw error;
    return false;
  }
}

async function connected(config: pg.ClientConfig, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    ...config,
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
    application_name: 'tacet',
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}
