import { ascii, type Dialogue, int16, joined, Malformed, type Reader } from '../reading/bytes.ts';
import type { Named } from '../reading/readable.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

const CONNECT = 'CONNECT: MQTT 3.1.1, anonymous, clean session';
/** Kept by the broker of itself; a broker that has none answers nothing. */
const TOPICS = {
  version: '$SYS/broker/version',
  retained: '$SYS/broker/retained messages/count',
} as const;

const string = (text: string) => joined(int16(text.length), ascii(text));

/** A control packet of less than 128 bytes: OASIS MQTT 3.1.1, 2.2. */
function packed(first: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const body = joined(...parts);
  return joined(Uint8Array.of(first, body.length), body);
}

function packet(reader: Reader): { type: number; body: Reader } {
  const type = reader.u8() >> 4;
  return { type, body: reader.part(reader.varint()) };
}

/** CONNACK: whether the session was there, and the code. */
function connack(reader: Reader): number {
  if (reader.u8() !== 0x20 || reader.u8() !== 2) throw new Malformed('no CONNACK');
  const session = reader.u8();
  const code = reader.u8();
  if (session > 1 || code > 5 || (session === 1 && code !== 0)) throw new Malformed('no CONNACK');
  return code;
}

/** What came for the topics until the answer to a ping. */
function untilPong(reader: Reader): Map<string, string> {
  const told = new Map<string, string>();
  for (;;) {
    const { type, body } = packet(reader);
    if (type === 13) return told;
    if (type === 3) told.set(body.text(body.u16()), body.text(body.left));
    else if (type !== 9) throw new Malformed('not asked for');
  }
}

async function about(dialogue: Dialogue): Promise<{ version: string | undefined; named: Named[] }> {
  const topics = Object.values(TOPICS).flatMap((topic) => [string(topic), ascii('\0')]);
  await dialogue.send(joined(packed(0x82, int16(1), ...topics), packed(0xc0)));
  const told = await dialogue.hear(untilPong);
  const retained = told.get(TOPICS.retained);
  const known = retained !== undefined && /^\d{1,12}$/.test(retained);
  return {
    version: told.get(TOPICS.version),
    named: known ? [{ kind: 'broker', name: 'retained messages', count: Number(retained) }] : [],
  };
}

export const mqtt = tcpProbe({
  service: 'mqtt',
  name: 'MQTT',
  ports: [1883, 8883],
  check: {
    id: 'mqtt-open',
    title: 'The MQTT broker lets everybody in',
    severity: 'high',
    why: 'Whoever reaches the port hears and sends every message.',
    fix: 'Set allow_anonymous false and a password_file in mosquitto.conf (or the like of another broker), and use TLS.',
    references: [
      'https://mosquitto.org/documentation/authentication-methods/',
      'https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html',
    ],
  },
  packets: [CONNECT, `SUBSCRIBE: ${Object.values(TOPICS).join(', ')}; PINGREQ`],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      await dialogue.send(packed(0x10, string('MQTT'), Uint8Array.of(4, 2), int16(10), string('')));
      const code = await dialogue.hear(connack);
      if (code === 4 || code === 5) return shown('asks-auth', CONNECT, `CONNACK ${code}: not authorised`);
      if (code !== 0) return shown('indeterminate', CONNECT, `CONNACK ${code}`);
      return shown('open', CONNECT, 'CONNACK 0: accepted', await quietly(() => about(dialogue)));
    }),
});
