import { decodeBson, encodeBson } from '../reading/bson.ts';
import { ascii, type Dialogue, int32, joined, Malformed, type Reader } from '../reading/bytes.ts';
import { at, countAt, listAt, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

const OP_MSG = 2013;
const PROOF = 'getLog: startupWarnings';
/** Databases whose collections are listed, and collections of each that are counted. */
const [DATABASES, COLLECTIONS] = [3, 10];

type Command = Readonly<Record<string, string | number | boolean>>;

/** A command and its answer: "OP_MSG" of MongoDB's wire protocol, one document and no checksum. */
async function run(dialogue: Dialogue, database: string, command: Command): Promise<unknown> {
  const message = joined(ascii('\0\0\0\0\0'), encodeBson({ ...command, $db: database }));
  await dialogue.send(
    joined(int32(message.length + 16, true), int32(1, true), int32(0), int32(OP_MSG, true), message),
  );
  return dialogue.hear(answerOf);
}

function answerOf(reader: Reader): unknown {
  const length = reader.i32(true);
  reader.take(8);
  if (reader.i32(true) !== OP_MSG) throw new Malformed('no OP_MSG');
  const message = reader.part(length - 16);
  message.take(4);
  if (message.u8() !== 0) throw new Malformed('no document');
  return decodeBson(message);
}

async function names(dialogue: Dialogue): Promise<Named[]> {
  const listed = listAt(await run(dialogue, 'admin', { listDatabases: 1 }), 'databases') ?? [];
  const databases = listed
    .map((one) => ({ kind: 'database', name: textAt(one, 'name'), bytes: countAt(one, 'sizeOnDisk') }))
    .toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0));
  const theirs = databases.filter(({ name }) => name && !['admin', 'config', 'local'].includes(name));
  const found: Named[] = [...databases];
  for (const { name } of theirs.slice(0, DATABASES))
    found.push(...((await quietly(() => collections(dialogue, name!))) ?? []));
  return found;
}

async function collections(dialogue: Dialogue, database: string): Promise<Named[]> {
  const answer = await run(dialogue, database, { listCollections: 1, nameOnly: true });
  const found: Named[] = [];
  for (const one of (listAt(answer, 'cursor', 'firstBatch') ?? []).slice(0, COLLECTIONS)) {
    const name = textAt(one, 'name');
    if (name === undefined) continue;
    const count = countAt(await run(dialogue, database, { count: name }), 'n');
    found.push({ kind: 'collection', name: `${database}.${name}`, count });
  }
  return found;
}

export const mongodb = tcpProbe({
  service: 'mongodb',
  name: 'MongoDB',
  ports: [27017, 27018, 27019],
  check: {
    id: 'mongodb-open',
    title: 'MongoDB answers without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads, changes and drops every collection.',
    fix: 'Set security.authorization: enabled in mongod.conf, create users, and set net.bindIp to an inner address.',
    references: [
      'https://www.mongodb.com/docs/manual/administration/security-checklist/',
      'https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/',
    ],
  },
  packets: [PROOF, 'buildInfo', 'listDatabases', 'listCollections of {database}', 'count of {collection}'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      // A guarded server may well answer `hello` and `listDatabases`; its log it keeps to itself.
      const answer = await run(dialogue, 'admin', { getLog: 'startupWarnings' });
      const lines = countAt(answer, 'totalLinesWritten');
      if (at(answer, 'ok') === 1 && lines !== undefined) {
        const version = textAt(await quietly(() => run(dialogue, 'admin', { buildInfo: 1 })), 'version');
        const named = (await quietly(() => names(dialogue))) ?? [];
        return shown('open', PROOF, `ok: 1, totalLinesWritten: ${lines}`, { version, named });
      }
      const code = countAt(answer, 'code');
      if (at(answer, 'ok') !== 0 || code === undefined) return { verdict: 'other-service' };
      const reply = `${code} ${textAt(answer, 'codeName') ?? ''}: ${textAt(answer, 'errmsg') ?? ''}`;
      // Unauthorized, AuthenticationFailed
      return shown([13, 18].includes(code) ? 'asks-auth' : 'indeterminate', PROOF, reply);
    }),
});
