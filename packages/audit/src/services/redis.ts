import { ascii, type Dialogue, Malformed, type Reader } from '../reading/bytes.ts';
import type { Named } from '../reading/readable.ts';
import { shown, talk, tcpProbe } from './tcp.ts';

/** A simple string, an error or a bulk string of RESP, with its sign. */
function reply(reader: Reader): string {
  const sign = String.fromCharCode(reader.u8());
  if (!'+-$'.includes(sign)) throw new Malformed('no reply of RESP');
  const line = reader.line();
  if (sign !== '$') return sign + line;
  if (!/^\d{1,7}$/.test(line)) throw new Malformed('no length');
  const text = reader.text(Number(line));
  reader.expect('\r\n');
  return sign + text;
}

async function ask(dialogue: Dialogue, command: string): Promise<string> {
  await dialogue.send(ascii(`${command}\r\n`));
  return dialogue.hear(reply);
}

const field = (info: string, name: string) => new RegExp(`^${name}:(.{0,60})`, 'm').exec(info)?.[1]?.trim();

/** `db0:keys=5,expires=0,avg_ttl=0`. */
function databases(info: string): Named[] {
  return [...info.matchAll(/^(db\d{1,5}):keys=(\d{1,15})/gm)].map(([, name, keys]) => ({
    kind: 'database',
    name,
    count: Number(keys),
  }));
}

export const redis = tcpProbe({
  service: 'redis',
  name: 'Redis, Valkey',
  ports: [6379, 6380],
  check: {
    id: 'redis-open',
    title: 'Redis answers without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads and changes every key, and often runs code on the host through CONFIG or modules.',
    fix: 'Set requirepass, or ACL users with the default one off, keep protected-mode yes, and bind to an inner address.',
    references: [
      'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
      'https://valkey.io/topics/security/',
    ],
  },
  packets: ['PING', 'INFO server', 'INFO keyspace'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      const pong = await ask(dialogue, 'PING');
      if (/^-(NOAUTH|DENIED|NOPERM|WRONGPASS)\b/.test(pong)) return shown('asks-auth', 'PING', pong);
      if (/^-(LOADING|MASTERDOWN|BUSY)\b/.test(pong)) return shown('indeterminate', 'PING', pong);
      if (pong !== '+PONG') return { verdict: 'other-service' };
      // Many things say PONG; a user without rights may say it, too.
      const server = await ask(dialogue, 'INFO server');
      if (/^-(NOAUTH|NOPERM)\b/.test(server)) return shown('asks-auth', 'INFO server', server);
      const version = field(server, 'valkey_version') ?? field(server, 'redis_version');
      if (version === undefined)
        return server.startsWith('-')
          ? shown('indeterminate', 'PING, INFO server', `PONG, ${server}`)
          : { verdict: 'other-service' };
      const said = `PONG, redis_version:${version}`;
      const named = databases(await ask(dialogue, 'INFO keyspace'));
      return shown('open', 'PING, INFO server', said, { version, named });
    }),
});
