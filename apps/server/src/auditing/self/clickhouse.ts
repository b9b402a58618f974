import { selfFinding } from '@tacet/audit/watching';
import { isLoopback } from '../../http/host.ts';
import type { Look } from './look.ts';

const PATIENCE_MS = 5_000;
const MOST_BYTES = 64 * 1024;
/** Rights that reach beyond a database of its own. */
const TOO_MUCH =
  /\bGRANT (?:ALL|ACCESS MANAGEMENT|SOURCES|READ|WRITE|FILE|URL|S3|SYSTEM|CREATE USER)\b[^\n]* ON \*/;

export interface ClickHouseSettings {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

const CHECKS = [
  'self-clickhouse-open',
  'self-clickhouse-plain',
  'self-clickhouse-rights',
  'self-clickhouse-query-log',
] as const;

/**
 * What of a ClickHouse server is open, as a stranger and as the server's own user see it. Without one there is
 * nothing any more of what was found before.
 */
export function lookAtClickHouse(settings: ClickHouseSettings | undefined): Look {
  if (!settings) return { checks: CHECKS, look: async () => [] };
  const { url, username, password } = settings;
  const subject = `tcp://${new URL(url).host}`;
  return {
    checks: CHECKS,
    async look() {
      const findings = [];
      for (const user of new Set(['default', username])) {
        const { status, text } = await ask(url, 'SELECT 1', { 'X-ClickHouse-User': user });
        if (status !== 200 || text.trim() !== '1') continue;
        const proof = { request: `GET /?query=SELECT 1, user ${user}, no password`, reply: '200: 1' };
        findings.push(selfFinding('self-clickhouse-open', { subject, within: user, proof }));
      }
      const { protocol, hostname } = new URL(url);
      if (protocol === 'http:' && !isLoopback(hostname))
        findings.push(selfFinding('self-clickhouse-plain', { subject }));
      const own = async (query: string) => {
        const { status, text } = await ask(url, query, {
          'X-ClickHouse-User': username,
          'X-ClickHouse-Key': password,
        });
        if (status !== 200) throw new Error('refused');
        return text;
      };
      const grant = TOO_MUCH.exec(await own('SHOW GRANTS'))?.[0];
      if (grant !== undefined)
        findings.push(
          selfFinding('self-clickhouse-rights', { subject, proof: { request: 'SHOW GRANTS', reply: grant } }),
        );
      const setting = "SELECT value FROM system.settings WHERE name = 'log_queries'";
      const table = 'EXISTS TABLE system.query_log';
      if ((await own(setting)).trim() === '1' && (await own(table)).trim() === '1')
        findings.push(
          selfFinding('self-clickhouse-query-log', { subject, proof: { request: setting, reply: '1' } }),
        );
      return findings;
    },
  };
}

async function ask(
  url: string,
  query: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> {
  const target = new URL(url);
  target.searchParams.set('query', query);
  const response = await fetch(target, {
    headers,
    redirect: 'manual',
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > MOST_BYTES) break;
  }
  return { status: response.status, text };
}
