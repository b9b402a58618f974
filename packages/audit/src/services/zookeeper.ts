import { ascii, type Dialogue, int32, joined, Malformed, type Reader } from '../reading/bytes.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

const CONNECT = 'ConnectRequest: a session of 4 s';
const CHILDREN = 'getChildren: /';
const [NO_AUTH, AUTH_FAILED, SESSION_CLOSED_REQUIRES_AUTH] = [-102, -115, -124];

const framed = (...parts: readonly Uint8Array[]) => {
  const body = joined(...parts);
  return joined(int32(body.length), body);
};

/** ConnectResponse: protocol 0, the time-out and a number for the session, which a refusal has as 0. */
function session(reader: Reader): void {
  const body = reader.part(reader.i32());
  if (body.i32() !== 0) throw new Malformed('no session');
  const timeout = body.i32();
  const id = body.i64();
  if (timeout <= 0 || id === 0 || body.i32() !== 16) throw new Malformed('no session');
  body.take(16);
}

function reply(reader: Reader): { error: number; body: Reader } {
  const body = reader.part(reader.i32());
  if (body.i32() !== 1) throw new Malformed('an answer to nobody');
  body.take(8);
  return { error: body.i32(), body };
}

function names(body: Reader): string[] {
  const count = body.i32();
  const found: string[] = [];
  for (let index = 0; index < count; index++) found.push(body.text(body.i32()));
  return found;
}

/** The session ends now, not when it has timed out. */
const close = (dialogue: Dialogue) => quietly(() => dialogue.send(framed(int32(2), int32(-11))));

export const zookeeper = tcpProbe({
  service: 'zookeeper',
  name: 'ZooKeeper',
  ports: [2181],
  check: {
    id: 'zookeeper-open',
    title: 'ZooKeeper answers without authentication',
    severity: 'high',
    why: 'Whoever reaches the port reads what clusters are configured with, and changes what is not under an ACL.',
    fix: 'Set enforce.auth.enabled=true with enforce.auth.schemes in zoo.cfg, ACLs on every node, and clientPortAddress to an inner address.',
    references: ['https://zookeeper.apache.org/doc/current/zookeeperAdmin.html#sc_authOptions'],
  },
  packets: [CONNECT, CHILDREN, 'closeSession'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const zeros = (length: number) => new Uint8Array(length);
      await dialogue.send(framed(zeros(12), int32(4000), zeros(8), int32(16), zeros(16), zeros(1)));
      await dialogue.hear(session);
      await dialogue.send(framed(int32(1), int32(8), int32(1), ascii('/\0')));
      const { error, body } = await dialogue.hear(reply);
      await close(dialogue);
      if (error === 0) {
        const named = names(body).map((name) => ({ kind: 'node', name: `/${name}` }));
        return shown('open', `${CONNECT}; ${CHILDREN}`, `${named.length} nodes`, { named });
      }
      const guarded = [NO_AUTH, AUTH_FAILED, SESSION_CLOSED_REQUIRES_AUTH].includes(error);
      return shown(guarded ? 'asks-auth' : 'indeterminate', `${CONNECT}; ${CHILDREN}`, `error ${error}`);
    }),
});
