import { TABLES, tablesOf } from './clickhouse-tables.ts';
import type { Answer } from './http.ts';
import { httpProbe } from './http.ts';

const query = (sql: string) => ({ path: `/?query=${encodeURIComponent(sql)}` });

/** Every answer has one, of an error too; `/ping` answers whoever asks and proves nothing. */
const isClickHouse = ({ headers }: Answer) =>
  Object.keys(headers).some((name) => name.startsWith('x-clickhouse-'));

export const clickhouseHttp = httpProbe({
  service: 'clickhouse-http',
  name: 'ClickHouse (HTTP)',
  ports: [8123, 8443],
  check: {
    id: 'clickhouse-http-open',
    title: 'ClickHouse runs queries over HTTP without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads every table by a browser, and usually writes and drops them too.',
    fix: 'Give the user default a password_sha256_hex in users.xml, restrict its networks, and set listen_host to an inner address.',
    references: [
      'https://clickhouse.com/docs/operations/settings/settings-users',
      'https://clickhouse.com/docs/interfaces/http',
    ],
  },
  asks: query('SELECT 1'),
  further: [`GET ${query('SELECT version()').path}`, `GET ${query(TABLES).path}`],
  open: (answer) =>
    answer.status === 200 && answer.body.trim() === '1' && isClickHouse(answer)
      ? `1, with headers ${Object.keys(answer.headers)
          .filter((name) => name.startsWith('x-clickhouse-'))
          .join(', ')}`
      : undefined,
  guarded: (answer) =>
    isClickHouse(answer) &&
    ([401, 403].includes(answer.status) ||
      /^(516|194|497)$/.test(answer.headers['x-clickhouse-exception-code'] ?? '')),
  unclear: isClickHouse,
  async reads(_, ask) {
    const version = await ask(query('SELECT version()'));
    const tables = await ask(query(TABLES));
    return {
      version: version.status === 200 ? version.body.trim() : undefined,
      named: tables.status === 200 ? tablesOf(tables.body.split('\n')) : [],
    };
  },
});
