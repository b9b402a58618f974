import { hostAndPort, isAny, isLoopback } from '../address.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { isOff, isOn, type Setting } from '../setting.ts';

const MOSQUITTO = 'https://mosquitto.org/man/mosquitto-conf-5.html';
const RABBITMQ = 'https://www.rabbitmq.com/docs/access-control';
const KAFKA = 'https://kafka.apache.org/documentation/#security';

/** `listener PORT [ADDRESS]`; without an address it is every one. */
function mqttListeners(root: Setting): Setting[] {
  return root.all('listener').filter(({ value = '' }) => {
    const [port = '', address = ''] = value.split(/\s+/);
    return port !== '0' && !port.startsWith('/') && !(address !== '' && isLoopback(address));
  });
}

const mosquittoChecks: readonly ConfigurationCheck[] = [
  {
    id: 'mosquitto-anonymous',
    title: 'Mosquitto lets everybody in without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads every topic and sends to every device.',
    fix: 'Set `allow_anonymous false` and a `password_file`, and `acl_file` for what each user may do.',
    references: [`${MOSQUITTO}`],
    explains: ['mqtt'],
    *find(root) {
      const anonymous = root.all('allow_anonymous').find(isOn);
      const listeners = mqttListeners(root);
      if (anonymous && listeners.length > 0) yield { at: [anonymous, ...listeners] };
    },
  },
  {
    id: 'mosquitto-without-tls',
    title: 'Mosquitto talks to other machines without TLS',
    severity: 'medium',
    why: 'Names, passwords and messages pass the network in clear text.',
    fix: 'Give the listener a `certfile` and a `keyfile`.',
    references: [`${MOSQUITTO}`],
    *find(root) {
      const [first] = mqttListeners(root);
      const named = root.last('password_file') ?? root.last('plugin') ?? root.last('auth_plugin');
      const tls = root.last('certfile') ?? root.last('psk_file');
      if (first && named && !tls) yield { at: first };
    },
  },
  {
    id: 'mosquitto-every-topic',
    title: 'Every user of Mosquitto reads and writes every topic',
    severity: 'low',
    why: 'One stolen device listens to all others and sends in their name.',
    fix: 'Set `acl_file` with patterns such as `pattern readwrite devices/%u/#`.',
    references: [`${MOSQUITTO}`],
    *find(root) {
      const passwords = root.last('password_file');
      const lists = root.last('acl_file') ?? root.last('plugin') ?? root.last('auth_plugin');
      if (passwords && !lists && !root.all('allow_anonymous').some(isOn)) yield { at: passwords };
    },
  },
];

const rabbitmqChecks: readonly ConfigurationCheck[] = [
  {
    id: 'rabbitmq-guest-from-anywhere',
    title: 'The user “guest” of RabbitMQ may sign in from anywhere',
    severity: 'critical',
    why: 'Its password is “guest” on every new server, and it may do everything.',
    fix: 'Remove `loopback_users`, and delete the user once another administrator is there.',
    references: [RABBITMQ],
    explains: ['rabbitmq', 'amqp'],
    *find(root) {
      const free = root.last('loopback_users.guest') ?? root.last('loopback_users');
      const other = root.last('default_user');
      const opened = free?.name === 'loopback_users' ? free.value === 'none' : isOff(free);
      if (opened && (!other || other.value === 'guest')) yield { at: free! };
    },
  },
  {
    id: 'rabbitmq-guessable-password',
    title: 'RabbitMQ starts with a password that everybody tries first',
    severity: 'high',
    why: 'The administrator that is made at the first start can be guessed.',
    fix: 'Remove `default_pass` and import definitions with hashed passwords, or make the user by `rabbitmqctl`.',
    references: [RABBITMQ],
    explains: ['rabbitmq', 'amqp'],
    *find(root) {
      const password = root.last('default_pass');
      const opened = root.last('loopback_users.guest') ?? root.last('loopback_users');
      if (
        /^(?:guest|rabbit(?:mq)?|admin|password|changeme|secret|test|1234\d*)$/i.test(password?.value ?? '')
      )
        if (root.last('default_user')?.value !== 'guest' || !opened) yield { at: password! };
    },
  },
  {
    id: 'rabbitmq-mqtt-anonymous',
    title: 'RabbitMQ lets everybody in over MQTT or STOMP',
    severity: 'high',
    why: 'Who gives no name works as the user that stands in the configuration.',
    fix: 'Set `mqtt.allow_anonymous = false`, `anonymous_login_user = none`, and remove `stomp.default_user`.',
    references: ['https://www.rabbitmq.com/docs/mqtt'],
    explains: ['mqtt'],
    *find(root) {
      const mqtt = root.last('mqtt.allow_anonymous');
      const stomp = root.last('stomp.default_user');
      const login = root.last('anonymous_login_user');
      if (isOn(mqtt)) yield { at: mqtt! };
      else if (stomp?.value) yield { at: stomp };
      else if (login?.value && login.value !== 'none') yield { at: login };
    },
  },
  {
    id: 'rabbitmq-without-tls',
    title: 'RabbitMQ talks to other machines without TLS',
    severity: 'medium',
    why: 'Names, passwords and messages pass the network in clear text.',
    fix: 'Set `listeners.tcp = none` and `listeners.ssl.default = 5671` with `ssl_options`.',
    references: ['https://www.rabbitmq.com/docs/ssl'],
    *find(root) {
      const plain = root.children.find(
        ({ name, value = '' }) =>
          /^listeners\.tcp\./.test(name) && !isLoopback(hostAndPort(value).host || '*'),
      );
      if (plain && !root.children.some(({ name }) => name.startsWith('listeners.ssl.'))) yield { at: plain };
    },
  },
];

/** The listeners that other machines reach, with what each speaks (PLAINTEXT, SSL, SASL_PLAINTEXT, SASL_SSL). */
function kafkaListeners(root: Setting): { at: Setting; protocol: string }[] {
  const listeners = root.last('listeners');
  const map = new Map(
    (root.last('listener.security.protocol.map')?.value ?? '').split(',').map((one) => {
      const [name = '', protocol = ''] = one.trim().split(':');
      return [name.toUpperCase(), protocol.toUpperCase()] as const;
    }),
  );
  const controllers = (root.last('controller.listener.names')?.value ?? '').toUpperCase().split(',');
  return (listeners?.value ?? '').split(',').flatMap((one) => {
    const name = one.trim().split(':')[0]!.toUpperCase();
    if (name === '' || controllers.includes(name) || !one.includes('://')) return [];
    const { host } = hostAndPort(one);
    return host !== '' && isLoopback(host) ? [] : [{ at: listeners!, protocol: map.get(name) ?? name }];
  });
}

const kafkaChecks: readonly ConfigurationCheck[] = [
  {
    id: 'kafka-open-to-world',
    title: 'Kafka answers anybody without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads, writes and deletes every topic.',
    fix: 'Use SASL_SSL listeners, and an `authorizer.class.name` that denies by default.',
    references: [KAFKA],
    explains: ['kafka'],
    *find(root) {
      const open = kafkaListeners(root).find(({ protocol }) => protocol === 'PLAINTEXT');
      if (open && !root.last('authorizer.class.name')) yield { at: open.at };
    },
  },
  {
    id: 'kafka-clients-unknown',
    title: 'Kafka encrypts, and asks nobody who they are',
    severity: 'high',
    why: 'A listener of the kind SSL without client certificates serves whoever reaches it.',
    fix: 'Set `ssl.client.auth=required`, or use SASL_SSL.',
    references: ['https://kafka.apache.org/documentation/#brokerconfigs_ssl.client.auth'],
    explains: ['kafka'],
    *find(root) {
      const listeners = kafkaListeners(root);
      const open = listeners.find(({ protocol }) => protocol === 'SSL');
      const plain = listeners.some(({ protocol }) => protocol === 'PLAINTEXT');
      if (open && !plain && root.last('ssl.client.auth')?.value !== 'required') {
        const setting = root.last('ssl.client.auth');
        if (!root.last('authorizer.class.name')) yield { at: setting ? [setting, open.at] : open.at };
      }
    },
  },
  {
    id: 'kafka-password-in-clear',
    title: 'Kafka takes passwords without TLS',
    severity: 'medium',
    why: 'With SASL_PLAINTEXT messages pass in clear text, and with the mechanism PLAIN passwords too.',
    fix: 'Use SASL_SSL for every listener that other machines reach.',
    references: ['https://kafka.apache.org/documentation/#security_sasl'],
    *find(root) {
      const plain = kafkaListeners(root).find(({ protocol }) => protocol === 'SASL_PLAINTEXT');
      if (plain) yield { at: plain.at };
    },
  },
  {
    id: 'kafka-everybody-without-list',
    title: 'Kafka lets everybody use topics that have no access list',
    severity: 'high',
    why: 'Each new topic is open to every client until somebody thinks of it.',
    fix: 'Set `allow.everyone.if.no.acl.found=false`.',
    references: ['https://kafka.apache.org/documentation/#security_authz'],
    explains: ['kafka'],
    *find(root) {
      const everyone = root.last('allow.everyone.if.no.acl.found');
      if (isOn(everyone)) yield { at: everyone! };
    },
  },
  {
    id: 'kafka-connect-open',
    title: 'Kafka Connect takes orders from anybody',
    severity: 'high',
    why: 'Its interface for administrators asks for no password: whoever reaches it reads connectors’ passwords and runs connectors that read files.',
    fix: 'Set `listeners=http://127.0.0.1:8083`, or a `rest.extension.classes` that asks for a password.',
    references: ['https://kafka.apache.org/documentation/#connect_rest'],
    *find(root) {
      const group = root.last('group.id');
      if (!group || !root.last('config.storage.topic') || root.last('rest.extension.classes')) return;
      const listeners = root.last('listeners') ?? root.last('rest.host.name');
      const alone = listeners?.value?.split(',').every((one) => isLoopback(hostAndPort(one).host || '*'));
      if (!alone) yield { at: listeners ?? group };
    },
  },
  {
    id: 'zookeeper-open',
    title: 'ZooKeeper answers anybody',
    severity: 'high',
    why: 'Whoever reaches the port reads and changes what the cluster believes: brokers, access lists, leaders.',
    fix: 'Set `clientPortAddress` to an address of the cluster, and require SASL or TLS with client certificates.',
    references: ['https://zookeeper.apache.org/doc/current/zookeeperAdmin.html'],
    explains: ['zookeeper'],
    *find(root) {
      const port = root.last('clientPort');
      const address = root.last('clientPortAddress');
      const asked = root.children.some(
        ({ name, value = '' }) =>
          /^authProvider(?:\.|$)/.test(name) ||
          (/^(?:enforce\.auth\.enabled|sessionRequireClientSASLAuth)$/.test(name) && value === 'true'),
      );
      if (!port || port.value === '0' || asked || !root.last('dataDir')) return;
      if (!address || !isLoopback(address.value ?? '')) yield { at: address ? [port, address] : port };
    },
  },
];

/** NATS: one block structure for clients, the cluster and the monitoring. */
const natsChecks: readonly ConfigurationCheck[] = [
  {
    id: 'nats-open-to-world',
    title: 'NATS answers anybody without a password',
    severity: 'high',
    why: 'Whoever reaches the port reads every subject and sends to every service.',
    fix: 'Add `authorization` with users, `accounts`, or `tls { verify_and_map: true }`.',
    references: ['https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro'],
    explains: ['nats'],
    *find(root) {
      const listen = natsListens(root);
      if (listen && !natsAsks(root)) yield { at: listen };
    },
  },
  {
    id: 'nats-everybody-a-user',
    title: 'NATS takes who gives no name for a user',
    severity: 'high',
    why: 'A client without credentials has every right of `no_auth_user`.',
    fix: 'Remove `no_auth_user`, or give it a user that may do next to nothing.',
    references: ['https://docs.nats.io/running-a-nats-service/configuration/securing_nats/accounts'],
    explains: ['nats'],
    *find(root) {
      const user = root.last('no_auth_user');
      if (user?.value && natsListens(root)) yield { at: user };
    },
  },
  {
    id: 'nats-without-tls',
    title: 'NATS talks to other machines without TLS',
    severity: 'medium',
    why: 'Names, passwords and messages pass the network in clear text.',
    fix: 'Add `tls { cert_file: …, key_file: … }`.',
    references: ['https://docs.nats.io/running-a-nats-service/configuration/securing_nats/tls'],
    *find(root) {
      const listen = natsListens(root);
      if (listen && natsAsks(root) && !root.last('tls') && !root.last('no_auth_user')) yield { at: listen };
    },
  },
  {
    id: 'nats-monitoring-open',
    title: 'NATS tells everybody who is connected',
    severity: 'medium',
    why: 'The monitoring port asks for no password and shows clients, their addresses, names and subjects.',
    fix: 'Set `http: 127.0.0.1:8222`.',
    references: ['https://docs.nats.io/running-a-nats-service/configuration/monitoring'],
    *find(root) {
      for (const name of ['http', 'http_port', 'monitor_port', 'https', 'https_port']) {
        const port = root.last(name);
        const { host } = hostAndPort(port?.value ?? '');
        const alone =
          /^\d+$/.test(host) || host === '' ? isLoopback(root.last('host')?.value ?? '*') : isLoopback(host);
        if (port?.value && !alone) yield { at: port };
      }
    },
  },
  {
    id: 'nats-cluster-open',
    title: 'Any NATS server may join the cluster',
    severity: 'high',
    why: 'A server that joins receives the messages of all others.',
    fix: 'Add `authorization`, or `tls { verify: true }`, to `cluster`, `gateway` or `leafnodes`.',
    references: ['https://docs.nats.io/running-a-nats-service/configuration/clustering/cluster_config'],
    *find(root) {
      for (const name of ['cluster', 'gateway']) {
        const block = root.last(name);
        const listen = block?.get('listen') ?? block?.get('port');
        if (!block || !listen || block.get('authorization') || isOn(block.get('tls', 'verify'))) continue;
        const { host } = hostAndPort(listen.name === 'listen' ? (listen.value ?? '') : block.text('host'));
        if (host === '' || !isLoopback(host)) yield { at: listen };
      }
    },
  },
  {
    id: 'nats-plaintext-password',
    title: 'A NATS password stands in the file as it is',
    severity: 'low',
    why: 'Whoever reads the file, its backup or its repository can sign in.',
    fix: 'Use `nats server passwd` for a bcrypt hash, NKeys, or a variable of the environment.',
    references: [
      'https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/username_password',
    ],
    *find(root) {
      for (const one of root.walk())
        if (/^(?:password|pass|token)$/.test(one.name) && one.value && !/^\$/.test(one.value))
          yield { at: one };
    },
  },
];

/** Where it listens to other machines; without a setting that is every address. */
function natsListens(root: Setting): Setting | undefined {
  const listen = root.last('listen') ?? root.last('host') ?? root.last('net');
  const port = listen ?? root.last('port') ?? root.children[0];
  const host = listen?.name === 'listen' ? hostAndPort(listen.value ?? '').host : (listen?.value ?? '');
  return host === '' || /^\d+$/.test(host) || isAny(host) || !isLoopback(host) ? port : undefined;
}

function natsAsks(root: Setting): boolean {
  const names = ['authorization', 'accounts', 'operator', 'resolver', 'trusted_keys', 'include'];
  return (
    names.some((name) => root.last(name)) ||
    isOn(root.get('tls', 'verify_and_map')) ||
    isOn(root.get('tls', 'verify'))
  );
}

export const mosquitto = family(['mosquitto'], eachFile, mosquittoChecks);
export const rabbitmq = family(['rabbitmq'], eachFile, rabbitmqChecks);
export const kafka = family(['kafka'], eachFile, kafkaChecks);
export const nats = family(['nats'], eachFile, natsChecks);
