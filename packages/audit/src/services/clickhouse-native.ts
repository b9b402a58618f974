import { ascii, type Dialogue, joined, Malformed, type Reader } from '../reading/bytes.ts';
import { TABLES, tablesOf } from './clickhouse-tables.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

/** Of the protocol: old enough that every server knows it, and that answers are short. */
const REVISION = 54_058;
const HELLO = 'Hello: user default, empty password';

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 128)) bytes.push((rest & 0x7f) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}

const text = (value: string) => joined(varint(value.length), ascii(value));

const hello = joined(
  ...[varint(0), text('tacet-audit'), varint(1), varint(0), varint(REVISION)],
  ...[text(''), text('default'), text('')],
);

function queryOf(sql: string): Uint8Array {
  const client = joined(
    ...[varint(1), text(''), text(''), text('0.0.0.0:0'), varint(1), text(''), text('')],
    ...[text('tacet-audit'), varint(1), varint(0), varint(REVISION)],
  );
  const query = joined(varint(1), text(''), client, text(''), varint(2), varint(0), text(sql));
  // No external tables follow: one block without columns.
  const noData = joined(varint(2), text(''), varint(1), ascii('\0'), varint(2), ascii('\xff\xff\xff\xff'));
  return joined(query, noData, varint(0), varint(0), varint(0));
}

const textOf = (reader: Reader) => reader.text(reader.varint());

type Greeting = { version: string } | { code: number; message: string };

/** Hello (0) or Exception (2): Core/Protocol.h of ClickHouse. */
function greeting(reader: Reader): Greeting {
  const packet = reader.varint();
  if (packet === 2) {
    const code = reader.i32(true);
    reader.expect('\x0dDB::Exception');
    return { code, message: textOf(reader) };
  }
  if (packet !== 0) throw new Malformed('no greeting');
  reader.expect('\x0aClickHouse');
  const version = `${reader.varint()}.${reader.varint()}`;
  if (reader.varint() >= REVISION) textOf(reader);
  return { version };
}

/** The one column of strings that a query gives, of all blocks until the end of the stream. */
function column(reader: Reader): string[] {
  const rows: string[] = [];
  for (;;) {
    const packet = reader.varint();
    if (packet === 5) return rows;
    if (packet === 1) rows.push(...block(reader));
    else if (packet === 3) for (let field = 0; field < 3; field++) reader.varint();
    else if (packet === 6) profile(reader);
    else throw new Malformed('a packet that was not asked for');
  }
}

function block(reader: Reader): string[] {
  textOf(reader);
  for (let field = reader.varint(); field !== 0; field = reader.varint()) reader.take(field === 1 ? 1 : 4);
  const columns = reader.varint();
  const rows = reader.varint();
  if (columns > 1 || rows > 1000) throw new Malformed('more than was asked for');
  if (columns === 0) return [];
  textOf(reader);
  textOf(reader);
  return Array.from({ length: rows }, () => textOf(reader));
}

function profile(reader: Reader): void {
  for (let field = 0; field < 3; field++) reader.varint();
  reader.u8();
  reader.varint();
  reader.u8();
}

async function tables(dialogue: Dialogue) {
  await dialogue.send(queryOf(TABLES));
  return tablesOf(await dialogue.hear(column));
}

export const clickhouseNative = tcpProbe({
  service: 'clickhouse-native',
  name: 'ClickHouse (native)',
  ports: [9000, 9440],
  check: {
    id: 'clickhouse-native-open',
    title: 'ClickHouse lets the user default in without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads every table with the usual client, and usually writes and drops them too.',
    fix: 'Give the user default a password_sha256_hex in users.xml, restrict its networks, and set listen_host to an inner address.',
    references: [
      'https://clickhouse.com/docs/operations/settings/settings-users',
      'https://clickhouse.com/docs/native-protocol/server',
    ],
  },
  packets: [HELLO, `Query: ${TABLES}`],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      await dialogue.send(hello);
      const answer = await dialogue.hear(greeting);
      if ('version' in answer) {
        const named = await quietly(() => tables(dialogue));
        return shown('open', HELLO, `Hello: ClickHouse ${answer.version}`, {
          version: answer.version,
          ...(named && { named }),
        });
      }
      // REQUIRED_PASSWORD, WRONG_PASSWORD, UNKNOWN_USER, IP_ADDRESS_NOT_ALLOWED, ACCESS_DENIED, AUTHENTICATION_FAILED
      const guarded = [192, 193, 194, 195, 497, 516].includes(answer.code);
      const reply = `Exception ${answer.code}: ${answer.message}`;
      return shown(guarded ? 'asks-auth' : 'indeterminate', HELLO, reply);
    }),
});
