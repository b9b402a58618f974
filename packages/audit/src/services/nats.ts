import { WireError } from '../probing/wire.ts';
import { ascii, type Dialogue, Malformed, type Reader } from '../reading/bytes.ts';
import { at, countAt, listAt, parseJson, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';
import { quietly, shown, talk, tcpProbe } from './tcp.ts';

const CONNECT = 'CONNECT {"verbose":false,"pedantic":false,"lang":"tacet-audit","version":"1","protocol":1}';
const SUBSCRIBE = 'SUB _INBOX.tacet-audit 1';
const STREAMS = 'PUB $JS.API.STREAM.LIST _INBOX.tacet-audit 0';

function info(reader: Reader): unknown {
  reader.expect('INFO {');
  const told = parseJson(`{${reader.line()}`);
  if (textAt(told, 'server_id') === undefined) throw new Malformed('no INFO of NATS');
  return told;
}

/** The answer to a PING, past whatever else the server has to say. */
function pong(reader: Reader): string {
  for (;;) {
    const line = reader.line();
    if (line === 'PONG' || line.startsWith('-ERR')) return line;
    if (!/^(INFO |PING$|\+OK$)/.test(line)) throw new Malformed('no line of NATS');
  }
}

/** A message: `MSG subject id [reply] length`, then that many bytes. */
function message(reader: Reader): string {
  for (;;) {
    const line = reader.line();
    if (line.startsWith('-ERR')) throw new Malformed('an error');
    const length = /^MSG _INBOX\.tacet-audit 1 (?:\S{1,100} )?(\d{1,7})$/.exec(line)?.[1];
    if (length !== undefined) return reader.text(Number(length));
  }
}

async function streams(dialogue: Dialogue): Promise<Named[]> {
  await dialogue.send(ascii(`${SUBSCRIBE}\r\n${STREAMS}\r\n\r\n`));
  const answer = parseJson(await dialogue.hear(message));
  return (listAt(answer, 'streams') ?? []).map((stream) => ({
    kind: 'stream',
    name: textAt(stream, 'config', 'name'),
    count: countAt(stream, 'state', 'messages'),
    bytes: countAt(stream, 'state', 'bytes'),
  }));
}

export const nats = tcpProbe({
  service: 'nats',
  name: 'NATS',
  ports: [4222],
  check: {
    id: 'nats-open',
    title: 'NATS lets everybody in',
    severity: 'high',
    why: 'Whoever reaches the port hears and sends every message, and reads the streams of JetStream.',
    fix: 'Set authorization or accounts with users in nats-server.conf, and listen to an inner address.',
    references: [
      'https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro',
      'https://docs.nats.io/reference/reference-protocols/nats-protocol',
    ],
  },
  packets: [CONNECT, 'PING', SUBSCRIBE, STREAMS],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const told = await dialogue.hear(info);
      const version = textAt(told, 'version');
      if (at(told, 'auth_required') === true)
        return shown('asks-auth', 'connecting', 'INFO auth_required: true', { version });
      const isPlain = at(told, 'tls_required') !== true || wire.endpoint.tls;
      const asked = isPlain ? 'CONNECT, PING' : 'INFO tls_required: true; behind TLS CONNECT, PING';
      const channel = isPlain ? {} : { upgrades: true as const };
      try {
        if (!isPlain) await dialogue.secure();
        await dialogue.send(ascii(`${CONNECT}\r\nPING\r\n`));
        const answer = await dialogue.hear(pong);
        if (answer !== 'PONG') {
          const verdict = /authoriz|authent/i.test(answer) ? 'asks-auth' : 'indeterminate';
          return { ...shown(verdict, asked, answer, { version }), ...channel };
        }
      } catch (error) {
        if (isPlain || !(error instanceof WireError)) throw error;
        // Without a certificate of ours it breaks off, at the handshake or right after it.
        const wants = at(told, 'tls_verify') === true && error.failure !== 'timeout';
        const reply = wants ? 'INFO tls_verify: true, and no more' : 'no TLS that could be agreed on';
        return { ...shown(wants ? 'asks-auth' : 'indeterminate', asked, reply, { version }), ...channel };
      }
      const named = at(told, 'jetstream') === true ? await quietly(() => streams(dialogue)) : [];
      return { ...shown('open', asked, 'PONG', { version, named: named ?? [] }), ...channel };
    }),
});
