import { ascii, type Dialogue, int16, int32, joined, Malformed, type Reader } from '../reading/bytes.ts';
import type { Named } from '../reading/readable.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

const STARTUP = 'STARTUP: CQL_VERSION 3.0.0';
const TABLES = 'SELECT keyspace_name, table_name FROM system_schema.tables';
const VERSION = 'SELECT release_version, cluster_name FROM system.local';
const [ERROR, STARTING, READY, AUTHENTICATE, QUERY, RESULT] = [0, 1, 2, 3, 7, 8] as const;

/** Protocol 4, which every version since 2.2 knows: native_protocol_v4.spec. */
function frame(opcode: number, body: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(4, 0, 0, 1, opcode), int32(body.length), body);
}

const string = (text: string) => joined(int16(text.length), ascii(text));
const stringOf = (reader: Reader) => reader.text(reader.u16());

function answer(reader: Reader): { opcode: number; body: Reader } {
  const version = reader.u8();
  if (version < 0x83 || version > 0x85) throw new Malformed('no answer of this protocol');
  reader.u8();
  // Stream 1, or −1 for what belongs to no request; a server that knows no such version answers on 0.
  if (![1, -1, 0].includes(reader.i16())) throw new Malformed('an answer to nobody');
  const opcode = reader.u8();
  return { opcode, body: reader.part(reader.i32()) };
}

/** Columns of plain text; system tables that are asked for here have no others. */
function rowsOf(body: Reader): string[][] {
  if (body.i32() !== 2) throw new Malformed('no rows');
  const flags = body.i32();
  const columns = body.i32();
  if (columns < 1 || columns > 8 || (flags & ~1) !== 0) throw new Malformed('not what was asked for');
  if (flags & 1) for (let part = 0; part < 2; part++) stringOf(body);
  for (let column = 0; column < columns; column++) {
    for (let part = flags & 1 ? 2 : 0; part < 3; part++) stringOf(body);
    if (![0x01, 0x0a, 0x0d].includes(body.u16())) throw new Malformed('no text');
  }
  const count = body.i32();
  const rows: string[][] = [];
  for (let row = 0; row < count; row++)
    rows.push(
      Array.from({ length: columns }, () => {
        const length = body.i32();
        return length < 0 ? '' : body.text(length);
      }),
    );
  return rows;
}

async function select(dialogue: Dialogue, cql: string): Promise<string[][]> {
  await dialogue.send(frame(QUERY, joined(int32(cql.length), ascii(cql), int16(1), ascii('\0'))));
  const { opcode, body } = await dialogue.hear(answer);
  if (opcode !== RESULT) throw new Malformed('no result');
  return rowsOf(body);
}

async function tables(dialogue: Dialogue): Promise<Named[]> {
  const rows = await select(dialogue, TABLES);
  return rows
    .filter(([keyspace]) => !/^system(_|$)/.test(keyspace!))
    .map(([keyspace, table]) => ({ kind: 'table', name: `${keyspace}.${table}` }));
}

export const cassandra = tcpProbe({
  service: 'cassandra',
  name: 'Cassandra',
  ports: [9042, 9142],
  check: {
    id: 'cassandra-open',
    title: 'Cassandra answers without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads, changes and drops every table.',
    fix: 'Set authenticator: PasswordAuthenticator and authorizer: CassandraAuthorizer in cassandra.yaml, and rpc_address to an inner address.',
    references: [
      'https://cassandra.apache.org/doc/latest/cassandra/managing/operating/security.html',
      'https://cassandra.apache.org/doc/latest/cassandra/reference/native-protocol.html',
    ],
  },
  packets: [STARTUP, `QUERY: ${VERSION}`, `QUERY: ${TABLES}`],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      await dialogue.send(frame(STARTING, joined(int16(1), string('CQL_VERSION'), string('3.0.0'))));
      const { opcode, body } = await dialogue.hear(answer);
      if (opcode === READY && body.left === 0) {
        const version = (await quietly(() => select(dialogue, VERSION)))?.[0]?.[0];
        const named = (await quietly(() => tables(dialogue))) ?? [];
        return shown('open', STARTUP, 'READY', { version, named });
      }
      if (opcode === AUTHENTICATE) return shown('asks-auth', STARTUP, `AUTHENTICATE ${stringOf(body)}`);
      if (opcode !== ERROR) return { verdict: 'other-service' };
      const code = body.i32();
      return shown('indeterminate', STARTUP, `ERROR ${code}: ${stringOf(body)}`);
    }),
});
