import { WireError } from '../probing/wire.ts';
import { ascii, type Dialogue, int16, int32, joined, Malformed, type Reader } from '../reading/bytes.ts';
import type { Named } from '../reading/readable.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

/** Numbers of requests, and the oldest versions that every broker of today knows: kafka.apache.org/protocol. */
const API_VERSIONS = { key: 18, version: 0 };
const METADATA = { key: 3, version: 1 };
const LIST_OFFSETS = { key: 2, version: 1 };
/** Says which answer is whose; nothing else begins like it. */
const CORRELATION = 0x7ace7001;
/** Members of one list. */
const MAX_MEMBERS = 20_000;

const string = (text: string) => joined(int16(text.length), ascii(text));
const stringOf = (reader: Reader) => reader.text(reader.u16());

function list<Member>(reader: Reader, member: (reader: Reader) => Member): Member[] {
  const length = reader.i32();
  if (length < -1 || length > MAX_MEMBERS) throw new Malformed('a list that nobody means');
  const members: Member[] = [];
  for (let index = 0; index < length; index++) members.push(member(reader));
  return members;
}

async function request<Answer>(
  dialogue: Dialogue,
  { key, version }: { key: number; version: number },
  body: Uint8Array,
  parse: (reader: Reader) => Answer,
): Promise<Answer> {
  const message = joined(int16(key), int16(version), int32(CORRELATION), string('tacet-audit'), body);
  await dialogue.send(joined(int32(message.length), message));
  return dialogue.hear((reader) => {
    const answer = reader.part(reader.i32());
    if (answer.i32() !== CORRELATION) throw new Malformed('an answer to nobody');
    return parse(answer);
  });
}

/** The kinds of requests that the broker knows; those of an old client it answers whoever asks. */
function kinds(answer: Reader): number[] {
  if (answer.i16() !== 0) throw new Malformed('an error');
  return list(answer, (reader) => {
    const key = reader.i16();
    reader.take(4);
    return key;
  });
}

interface Topic {
  readonly name: string;
  readonly partitions: readonly number[];
}

function metadata(answer: Reader): { brokers: number; topics: Topic[] } {
  const brokers = list(answer, (reader) => {
    reader.take(4);
    stringOf(reader);
    reader.take(4);
    const rack = reader.i16();
    if (rack > 0) reader.take(rack);
  });
  answer.take(4);
  const topics = list(answer, (reader) => {
    reader.take(2);
    const name = stringOf(reader);
    reader.take(1);
    const partitions = list(reader, (partition) => {
      partition.take(2);
      const number = partition.i32();
      partition.take(4);
      for (let nodes = 0; nodes < 2; nodes++) list(partition, (node) => node.i32());
      return number;
    });
    return { name, partitions };
  });
  return { brokers: brokers.length, topics };
}

/** Messages that were ever written to each topic, as far as this broker leads its partitions. */
async function written(dialogue: Dialogue, topics: readonly Topic[]): Promise<Map<string, number>> {
  const latest = Buffer.alloc(8, 0xff);
  const asked = topics.filter(({ name }) => /^[a-zA-Z0-9._-]{1,249}$/.test(name)).slice(0, 100);
  const body = joined(
    int32(-1),
    int32(asked.length),
    ...asked.flatMap(({ name, partitions }) => [
      string(name),
      int32(partitions.length),
      ...partitions.flatMap((partition) => [int32(partition), latest]),
    ]),
  );
  const counts = await request(dialogue, LIST_OFFSETS, body, (answer) =>
    list(answer, (reader): [string, number] => {
      const name = stringOf(reader);
      const offsets = list(reader, (partition) => {
        partition.take(4 + 2 + 8);
        return Math.max(0, partition.i64());
      });
      return [name, offsets.reduce((sum, offset) => sum + offset, 0)];
    }),
  );
  return new Map(counts);
}

async function named(dialogue: Dialogue, topics: readonly Topic[]): Promise<Named[]> {
  const counts = await quietly(() => written(dialogue, topics));
  return topics.map(({ name }) => ({ kind: 'topic', name, count: counts?.get(name) }));
}

export const kafka = tcpProbe({
  service: 'kafka',
  name: 'Kafka',
  ports: [9092, 9093, 9094],
  check: {
    id: 'kafka-open',
    title: 'Kafka answers without authentication',
    severity: 'high',
    why: 'Whoever reaches the port reads and writes every topic.',
    fix: 'Use SASL_SSL in listeners and advertised.listeners, set an authorizer.class.name, and allow.everyone.if.no.acl.found=false.',
    references: [
      'https://kafka.apache.org/documentation/#security',
      'https://kafka.apache.org/protocol.html',
    ],
  },
  packets: ['ApiVersions 0', 'Metadata 1: all topics', 'ListOffsets 1: the latest of each topic'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const known = await request(dialogue, API_VERSIONS, new Uint8Array(), kinds);
      if (!known.includes(API_VERSIONS.key)) return { verdict: 'other-service' };
      try {
        const { brokers, topics } = await request(dialogue, METADATA, int32(-1), metadata);
        if (brokers === 0) return shown('indeterminate', 'Metadata 1', 'no broker');
        const said = `${brokers} brokers, ${topics.length} topics`;
        return shown('open', 'ApiVersions 0, Metadata 1', said, { named: await named(dialogue, topics) });
      } catch (error) {
        // A broker that wants SASL first hangs up on everything else.
        if (!(error instanceof WireError) || error.failure === 'timeout') throw error;
        return shown('asks-auth', 'ApiVersions 0, Metadata 1', 'answers the first, hangs up at the second');
      }
    }),
});
