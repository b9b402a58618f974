import { WireError } from '../probing/wire.ts';
import { ascii, type Dialogue, int16, int32, joined, Malformed, type Reader } from '../reading/bytes.ts';
import { shown, talk, tcpProbe } from './tcp.ts';

const HEADER = 'AMQP 0-9-1';
const ports = [5672, 5671];
const name = 'RabbitMQ (AMQP 0-9-1)';
const references = [
  'https://www.rabbitmq.com/docs/access-control',
  'https://www.rabbitmq.com/docs/production-checklist',
];

const short = (text: string) => joined(Uint8Array.of(text.length), ascii(text));
const long = (bytes: Uint8Array) => joined(int32(bytes.length), bytes);
const shortOf = (reader: Reader) => reader.text(reader.u8());
const longOf = (reader: Reader) => reader.text(reader.i32());

/** A frame of a method on channel 0: its class, its number, what follows. */
function method(reader: Reader): { kind: string; body: Reader } {
  if (reader.u8() !== 1 || reader.u16() !== 0) throw new Malformed('no method');
  const body = reader.part(reader.i32());
  if (reader.u8() !== 0xce) throw new Malformed('a frame without end');
  return { kind: `${body.u16()}.${body.u16()}`, body };
}

/** Connection.Start: what the server says of itself, and ways to log in. */
function start(reader: Reader): { product: string; version: string; mechanisms: string[] } {
  const { kind, body } = method(reader);
  if (kind !== '10.10' || body.u16() !== 9) throw new Malformed('no start');
  const about = body.part(body.i32());
  const mechanisms = longOf(body).split(' ');
  const told = new Map<string, string>();
  while (about.left > 0) {
    const field = shortOf(about);
    const type = String.fromCharCode(about.u8());
    if (type === 'S') told.set(field, longOf(about));
    else if (type === 'F') about.part(about.i32());
    else if (type === 't') about.u8();
    else break;
  }
  return { product: told.get('product') ?? 'AMQP', version: told.get('version') ?? '', mechanisms };
}

/** Connection.StartOk; a refusal is to be told, not only a closed connection. */
function startOk(mechanism: string, response: string): Uint8Array {
  const capability = joined(short('authentication_failure_close'), ascii('t\x01'));
  const about = joined(short('capabilities'), ascii('F'), long(capability));
  const body = joined(
    ...[int16(10), int16(11), long(about), short(mechanism), long(ascii(response)), short('en_US')],
  );
  return joined(ascii('\x01\0\0'), long(body), ascii('\xce'));
}

async function greet(dialogue: Dialogue) {
  await dialogue.send(ascii('AMQP\0\0\x09\x01'));
  return dialogue.hear(start);
}

async function login(dialogue: Dialogue, mechanism: string, response: string, version: string) {
  const request = `${HEADER}, Connection.StartOk: ${mechanism}`;
  await dialogue.send(startOk(mechanism, response));
  try {
    const { kind, body } = await dialogue.hear(method);
    if (kind === '10.30') return shown('open', request, 'Connection.Tune', { version });
    if (kind !== '10.50') return shown('indeterminate', request, `method ${kind}`);
    const code = body.u16();
    return shown(code === 403 ? 'asks-auth' : 'indeterminate', request, `Close ${code}: ${shortOf(body)}`);
  } catch (error) {
    if (!(error instanceof WireError) || error.failure === 'timeout') throw error;
    return shown('asks-auth', request, 'hangs up');
  }
}

export const amqp = tcpProbe({
  service: 'amqp',
  name,
  ports,
  check: {
    id: 'amqp-open',
    title: 'RabbitMQ lets anonymous clients in',
    severity: 'high',
    why: 'Whoever reaches the port reads and writes queues with the rights of the anonymous user.',
    fix: 'Set anonymous_login_user = none in rabbitmq.conf, or leave ANONYMOUS out of auth_mechanisms.',
    references,
  },
  packets: [HEADER, 'Connection.StartOk: ANONYMOUS, if offered'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const { product, version, mechanisms } = await greet(dialogue);
      const said = `Connection.Start: ${product} ${version}, ${mechanisms.join(' ')}`;
      if (!mechanisms.includes('ANONYMOUS')) return shown('asks-auth', HEADER, said, { version });
      return login(dialogue, 'ANONYMOUS', '', version);
    }),
});

export const amqpGuest = tcpProbe({
  service: 'amqp-guest',
  name: `${name}: guest with its first password`,
  ports,
  optIn: true,
  check: {
    id: 'amqp-guest-open',
    title: 'RabbitMQ lets guest in with the password that it is installed with',
    severity: 'high',
    why: 'Everybody knows it: whoever reaches the port reads, writes and deletes every queue.',
    fix: 'Delete the user guest (rabbitmqctl delete_user guest) and keep loopback_users.guest = true.',
    references,
  },
  packets: [HEADER, 'Connection.StartOk: PLAIN, guest'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const { version } = await greet(dialogue);
      return login(dialogue, 'PLAIN', '\0guest\0guest', version);
    }),
});
