import { countAt, listAt, textAt } from '../reading/json.ts';
import { type Answer, type Ask, type HttpService, httpProbe, type Read } from './http.ts';

const version = ({ status, json }: Answer) => (status === 200 ? textAt(json, 'rabbitmq_version') : undefined);

const facts = {
  name: 'RabbitMQ management',
  ports: [15672, 15671],
  guarded: ({ status, headers }: Answer) =>
    status === 401 && /realm="RabbitMQ Management"/.test(headers['www-authenticate'] ?? ''),
};

const references = [
  'https://www.rabbitmq.com/docs/access-control',
  'https://www.rabbitmq.com/docs/management',
];

/** Queues with the messages in them; `headers` as they let in. */
function probe(
  headers: Record<string, string>,
  service: Pick<HttpService, 'service' | 'check' | 'optIn'> & { name?: string },
) {
  const queues = { path: '/api/queues?columns=name,messages,message_bytes', headers };
  return httpProbe({
    ...facts,
    ...service,
    asks: { path: '/api/overview', headers },
    further: [`GET ${queues.path}`],
    open(answer) {
      const known = version(answer);
      return known === undefined ? undefined : `rabbitmq_version: ${known}`;
    },
    async reads(answer: Answer, ask: Ask): Promise<Read> {
      const found = listAt((await ask(queues)).json) ?? [];
      const named = found.map((queue) => ({
        kind: 'queue',
        name: textAt(queue, 'name'),
        count: countAt(queue, 'messages'),
        bytes: countAt(queue, 'message_bytes'),
      }));
      return { version: version(answer), named };
    },
  });
}

export const rabbitmq = probe(
  {},
  {
    service: 'rabbitmq',
    check: {
      id: 'rabbitmq-open',
      title: 'The management of RabbitMQ answers without a password',
      severity: 'high',
      why: 'Whoever reaches the port sees and deletes queues, and makes users.',
      fix: 'Take away the proxy or the setting that lets everybody in, and set management.tcp.ip to an inner address.',
      references,
    },
  },
);

export const rabbitmqGuest = probe(
  { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` },
  {
    service: 'rabbitmq-guest',
    name: 'RabbitMQ management: guest with its first password',
    optIn: true,
    check: {
      id: 'rabbitmq-guest-open',
      title: 'The management of RabbitMQ lets guest in with the password that it is installed with',
      severity: 'high',
      why: 'Everybody knows it: whoever reaches the port sees and deletes queues, and makes users.',
      fix: 'Delete the user guest (rabbitmqctl delete_user guest) and keep loopback_users.guest = true.',
      references,
    },
  },
);
