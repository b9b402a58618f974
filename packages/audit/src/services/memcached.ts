import { ascii, Malformed, type Reader } from '../reading/bytes.ts';
import { shown, talk, tcpProbe } from './tcp.ts';

/** The lines of statistics until `END`. */
function statistics(reader: Reader): Map<string, string> {
  const told = new Map<string, string>();
  for (;;) {
    const line = reader.line();
    if (line === 'END') return told;
    const [, name, value] = /^STAT (\S{1,60}) (.{0,200})$/.exec(line) ?? [];
    if (name === undefined) throw new Malformed('no statistics');
    told.set(name, value!);
  }
}

export const memcached = tcpProbe({
  service: 'memcached',
  name: 'memcached',
  ports: [11211],
  check: {
    id: 'memcached-open',
    title: 'memcached answers without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads and changes what is cached, sessions of users among it.',
    fix: 'Listen to an inner address only (-l 127.0.0.1), with SASL (-S) or an auth file (-Y) where others must reach it, and -U 0.',
    references: [
      'https://docs.memcached.org/features/authentication/',
      'https://docs.memcached.org/protocols/basic/',
    ],
  },
  packets: ['version', 'stats'],
  examine: (wire) =>
    talk(wire, async (dialogue) => {
      await dialogue.send(ascii('version\r\n'));
      const answer = await dialogue.hear((reader) => reader.line());
      if (answer.startsWith('CLIENT_ERROR unauthenticated')) return shown('asks-auth', 'version', answer);
      const version = /^VERSION (\d[\x21-\x7e]{0,40})$/.exec(answer)?.[1];
      if (version === undefined) return { verdict: 'other-service' };
      await dialogue.send(ascii('stats\r\n'));
      // A greeting alone proves nothing.
      const told = await dialogue.hear(statistics);
      const count = Number(told.get('curr_items') ?? Number.NaN);
      if (!Number.isSafeInteger(count)) return { verdict: 'other-service' };
      const bytes = Number(told.get('bytes')) || 0;
      const named = [{ kind: 'cache', name: 'items', count, bytes }];
      return shown('open', 'version, stats', `${answer}, curr_items ${count}`, { version, named });
    }),
});
