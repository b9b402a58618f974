import type { Examination } from '../probing/probe.ts';
import type { Wire } from '../probing/wire.ts';
import { ascii, type Dialogue, int32, joined, Malformed, type Reader } from '../reading/bytes.ts';
import type { Named } from '../reading/readable.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

const STARTUP = 'StartupMessage: user postgres, database postgres';
const BEHIND_TLS = 'SSLRequest; behind TLS the same';
const DATABASES =
  'SELECT datname, pg_database_size(oid) FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 2 DESC LIMIT 100';
const TABLES =
  "SELECT n.nspname || '.' || c.relname, greatest(c.reltuples, 0)::bigint, pg_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 2 DESC LIMIT 100";

/** Ways of asking, by the code of the request: PostgreSQL's "Message Formats". */
const METHODS: Readonly<Record<number, string>> = {
  2: 'Kerberos V5',
  3: 'a clear-text password',
  5: 'an MD5 password',
  6: 'SCM credentials',
  7: 'GSSAPI',
  9: 'SSPI',
  10: 'SASL',
};

interface Message {
  readonly type: string;
  readonly body: Reader;
}

function startup(database: string): Uint8Array {
  const settings = ascii(['user', 'postgres', 'database', database, '', ''].join('\0'));
  const body = joined(int32(196_608), settings);
  return joined(int32(body.length + 4), body);
}

/** Whether the server wants to go on behind TLS: one letter, and nothing in the clear after it. */
const SSL_REQUEST = joined(int32(8), int32(80_877_103));

/** A new connection to the server, as it is entered: plain, or by SSLRequest. */
type Enter = <Answer>(speak: (dialogue: Dialogue) => Promise<Answer>) => Promise<Answer>;

const plainly =
  (wire: Wire): Enter =>
  (speak) =>
    talk(wire, speak);

const behindTls =
  (wire: Wire): Enter =>
  (speak) =>
    talk(wire, async (dialogue) => {
      await dialogue.send(SSL_REQUEST);
      await dialogue.hear((reader) => reader.expect('S'));
      await dialogue.secure();
      return speak(dialogue);
    });

const query = (sql: string) => joined(ascii('Q'), int32(sql.length + 5), ascii(`${sql}\0`));

function message(reader: Reader, among: string): Message {
  const type = String.fromCharCode(reader.u8());
  if (!among.includes(type)) throw new Malformed('no message of PostgreSQL');
  const length = reader.i32();
  if (length < 4) throw new Malformed('no length');
  return { type, body: reader.part(length - 4) };
}

/** The code (SQLSTATE) and the text of an ErrorResponse. */
function errorOf(body: Reader): { code: string; text: string } {
  const fields = new Map<string, string>();
  while (body.left > 1) fields.set(String.fromCharCode(body.u8()), body.zeroEnded());
  const [code, text] = [fields.get('C'), fields.get('M')];
  if (code === undefined || text === undefined || !fields.has('S')) throw new Malformed('no error');
  return { code, text };
}

/** All messages until the server waits for the next query. */
function untilReady(reader: Reader): Message[] {
  const messages: Message[] = [];
  for (;;) {
    const next = message(reader, 'RSKZETDCNIvA');
    messages.push(next);
    if (next.type === 'Z') return messages;
  }
}

function columns(body: Reader): (string | undefined)[] {
  return Array.from({ length: Math.min(body.u16(), 8) }, () => {
    const length = body.i32();
    return length < 0 ? undefined : body.text(length);
  });
}

async function rows(dialogue: Dialogue, sql: string): Promise<(string | undefined)[][]> {
  await dialogue.send(query(sql));
  const messages = await dialogue.hear(untilReady);
  return messages.filter(({ type }) => type === 'D').map(({ body }) => columns(body));
}

/** Tables of one database: another connection, for a connection has one. */
async function tablesIn(enter: Enter, database: string): Promise<Named[]> {
  return enter(async (dialogue) => {
    await dialogue.send(startup(database));
    await dialogue.hear(untilReady);
    const found = await rows(dialogue, TABLES);
    return found.map(([name, count, bytes]) => ({
      kind: 'table',
      name: name && `${database}.${name}`,
      count: Number(count) || 0,
      bytes: Number(bytes) || 0,
    }));
  });
}

/** Whether a database's name can stand in a message of ours. */
const PLAIN = /^[\x21-\x7e]{1,63}$/;

/** What the server says of itself before its first prompt. */
async function versionOf(dialogue: Dialogue): Promise<string | undefined> {
  for (const { type, body } of await dialogue.hear(untilReady))
    if (type === 'S' && body.zeroEnded() === 'server_version') return body.zeroEnded();
  return undefined;
}

async function namesIn(enter: Enter, dialogue: Dialogue): Promise<Named[]> {
  const databases = await rows(dialogue, DATABASES);
  const named: Named[] = databases.map(([name, bytes]) => ({
    kind: 'database',
    name,
    bytes: Number(bytes) || 0,
  }));
  const [largest] = databases.flatMap(([name]) => (name && PLAIN.test(name) ? [name] : []));
  const tables = largest === undefined ? [] : await quietly(() => tablesIn(enter, largest));
  return [...named, ...(tables ?? [])];
}

/** Authentication or an error. */
function answerOf(reader: Reader): { method: number } | { code: string; text: string } {
  const { type, body } = message(reader, 'RE');
  return type === 'R' ? { method: body.i32() } : errorOf(body);
}

/** What the server says to whoever enters so. */
function entered(enter: Enter, request: string): Promise<Examination> {
  return enter(async (dialogue) => {
    await dialogue.send(startup('postgres'));
    const answer = await dialogue.hear(answerOf);
    if ('code' in answer) {
      const { code, text } = answer;
      // invalid_authorization_specification and invalid_password: no line of pg_hba.conf lets this user in.
      const verdict = code.startsWith('28') ? 'asks-auth' : 'indeterminate';
      return shown(verdict, request, `ErrorResponse ${code}: ${text}`);
    }
    const { method } = answer;
    if (method !== 0) {
      const way = METHODS[method];
      if (way === undefined) return { verdict: 'other-service' };
      return shown('asks-auth', request, `Authentication ${method}: asks for ${way}`);
    }
    // Some user may come in, though perhaps not this one, or not to this database: it is open all the same.
    const version = await quietly(() => versionOf(dialogue));
    const named = version === undefined ? [] : ((await quietly(() => namesIn(enter, dialogue))) ?? []);
    return shown('open', request, 'Authentication 0: Ok', { version, named });
  });
}

export const postgresql = tcpProbe({
  service: 'postgresql',
  name: 'PostgreSQL',
  ports: [5432],
  check: {
    id: 'postgresql-open',
    title: 'PostgreSQL lets the user postgres in without a password',
    severity: 'critical',
    why: 'Whoever reaches the port is the superuser: reads and changes every database, and runs programs on the host.',
    fix: 'Replace trust by scram-sha-256 in pg_hba.conf, and set listen_addresses to an inner address.',
    references: [
      'https://www.postgresql.org/docs/current/auth-trust.html',
      'https://www.postgresql.org/docs/current/protocol-message-formats.html',
    ],
  },
  packets: [
    STARTUP,
    BEHIND_TLS,
    `Query: ${DATABASES}`,
    'StartupMessage: user postgres, database {the largest}',
    `Query: ${TABLES}`,
  ],
  async examine(wire) {
    const plain = await entered(plainly(wire), STARTUP);
    if (wire.endpoint.tls || !['asks-auth', 'indeterminate'].includes(plain.verdict)) return plain;
    // Lines of pg_hba.conf may be for TLS alone (hostssl): they let in whom the others ask or refuse.
    const secure = await quietly(() => entered(behindTls(wire), BEHIND_TLS));
    const refused = plain.proof?.reply.startsWith('ErrorResponse');
    const better = secure?.verdict === 'open' || (refused && secure?.verdict === 'asks-auth');
    return better ? { ...secure!, ...(refused && { upgrades: true }) } : plain;
  },
});
