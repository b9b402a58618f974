import { ascii, type Dialogue, int32, joined, Malformed, type Reader } from '../reading/bytes.ts';
import type { Named } from '../reading/readable.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

const ports = [3306];
const name = 'MySQL, MariaDB';
const references = [
  'https://dev.mysql.com/doc/refman/en/default-privileges.html',
  'https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase.html',
  'https://mariadb.com/docs/server/reference/clientserver-protocol/1-connecting/connection',
];
const LOGIN = 'HandshakeResponse41: user root, empty password';
const TABLES =
  "SELECT CONCAT(table_schema, '.', table_name), table_rows, data_length FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys') ORDER BY table_rows DESC LIMIT 100";
/** LONG_PASSWORD, PROTOCOL_41, SECURE_CONNECTION, PLUGIN_AUTH */
const CAPABILITIES = 0x1 | 0x200 | 0x8000 | 0x80000;

/** A packet: three bytes of length, one of its number. */
function packet(reader: Reader): { number: number; body: Reader } {
  const length = reader.u16(true) + reader.u8() * 65_536;
  const number = reader.u8();
  return { number, body: reader.part(length) };
}

function packed(number: number, body: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(body.length & 0xff, body.length >> 8, 0, number), body);
}

interface Refusal {
  readonly code: number;
  readonly text: string;
}

/** What follows the sign 0xff; the state of SQL is only there once both have greeted. */
function refusal(body: Reader): Refusal {
  const code = body.u16(true);
  const text = body.text(body.left).replace(/^#[0-9A-Z]{5}/, '');
  if (code < 1000 || !/^[\x20-\x7e]+/.test(text)) throw new Malformed('no error');
  return { code, text };
}

/** The greeting of the server, protocol 10, or why it does not greet. */
function greeting(reader: Reader): { version: string; plugin: string } | Refusal {
  // A number of 0 in the fourth byte and a short length: nothing that speaks first in text has those.
  const { number, body } = packet(reader);
  if (number !== 0) throw new Malformed('not the first packet');
  const sign = body.u8();
  if (sign === 0xff) return refusal(body);
  if (sign !== 10) throw new Malformed('no greeting');
  const version = body.zeroEnded();
  if (!/^\d[\x21-\x7e]{2,80}$/.test(version)) throw new Malformed('no version');
  body.take(4 + 8 + 1 + 2 + 1 + 2 + 2);
  const challenge = body.u8();
  body.take(10 + Math.max(13, challenge - 8));
  const plugin = body.left > 0 ? body.zeroEnded() : 'mysql_native_password';
  // MariaDB puts the version of an old replication protocol before its own.
  return { version: version.replace(/^5\.5\.5-/, ''), plugin };
}

async function login(dialogue: Dialogue, plugin: string): Promise<'in' | Refusal> {
  const answer = joined(
    ...[int32(CAPABILITIES, true), int32(1 << 24, true), Uint8Array.of(33), new Uint8Array(23)],
    ascii(`root\0\0${plugin}\0`),
  );
  await dialogue.send(packed(1, answer));
  for (let round = 0; round < 3; round++) {
    const { number, body } = await dialogue.hear(packet);
    const sign = body.u8();
    if (sign === 0) return 'in';
    if (sign === 0xff) return refusal(body);
    // Another way of asking for the password: the empty one is sent as nothing.
    if (sign === 0xfe) await dialogue.send(packed(number + 1, new Uint8Array()));
    else if (sign !== 1) throw new Malformed('no answer to a login');
  }
  return { code: 1045, text: 'asks again and again' };
}

/** A string behind its length; NULL is empty. */
function lengthEncoded(body: Reader): string {
  const first = body.u8();
  if (first === 0xfb) return '';
  return body.text(first === 0xfc ? body.u16(true) : first);
}

/** The rows of a result: columns until a sign of the end, rows until the next. */
function rows(reader: Reader): string[][] {
  const columns = packet(reader).body.u8();
  if (columns !== 3) throw new Malformed('not what was asked for');
  const found: string[][] = [];
  for (let ends = 0; ends < 2; ) {
    const { body } = packet(reader);
    const bytes = body.rest();
    if (bytes[0] === 0xfe && bytes.length < 9) ends++;
    else if (bytes[0] === 0xff) throw new Malformed('an error');
    else if (ends === 1) found.push(Array.from({ length: columns }, () => lengthEncoded(body)));
  }
  return found;
}

async function tables(dialogue: Dialogue): Promise<Named[]> {
  await dialogue.send(packed(0, ascii(`\x03${TABLES}`)));
  return (await dialogue.hear(rows)).map(([table, count, bytes]) => ({
    kind: 'table',
    name: table,
    count: Number(count) || 0,
    bytes: Number(bytes) || 0,
  }));
}

/** Too many connections, a host that is blocked after errors: who asks was not asked. */
const refused = ({ code, text }: Refusal, request: string) =>
  shown(
    [1044, 1045, 1130, 1698].includes(code) ? 'asks-auth' : 'indeterminate',
    request,
    `Error ${code}: ${text}`,
  );

export const mysql = tcpProbe({
  service: 'mysql',
  name,
  ports,
  check: {
    id: 'mysql-open',
    title: 'MySQL or MariaDB lets anybody in',
    severity: 'critical',
    why: 'Whoever reaches the port reads and changes every table.',
    fix: 'Start the server without skip-grant-tables, and set bind-address to an inner address.',
    references,
  },
  packets: ['nothing: the server speaks first'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const greeted = await dialogue.hear(greeting);
      if ('code' in greeted) return refused(greeted, 'connecting');
      // It greets, and whoever wants more must say a name: no more is said here.
      return shown('asks-auth', 'connecting', `Handshake 10: ${greeted.version}, ${greeted.plugin}`, greeted);
    }),
});

export const mysqlEmptyPassword = tcpProbe({
  service: 'mysql-empty-password',
  name: `${name}: root without a password`,
  ports,
  optIn: true,
  check: {
    id: 'mysql-root-open',
    title: 'MySQL or MariaDB lets root in without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads, changes and drops every table, and often reads files of the host.',
    fix: "Set a password with ALTER USER 'root'@'%' IDENTIFIED BY …, drop root for other hosts, and set bind-address to an inner address.",
    references,
  },
  packets: [LOGIN, 'AuthSwitchResponse: empty', `COM_QUERY: ${TABLES}`],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const greeted = await dialogue.hear(greeting);
      if ('code' in greeted) return refused(greeted, 'connecting');
      const answer = await login(dialogue, greeted.plugin);
      if (answer !== 'in') return refused(answer, LOGIN);
      const named = (await quietly(() => tables(dialogue))) ?? [];
      return shown('open', LOGIN, 'OK', { version: greeted.version, named });
    }),
});
