import { isLoopback } from '../address.ts';
import { type ConfigurationCheck, eachFile, family } from '../check.ts';
import { isOff, isOn, type Setting } from '../setting.ts';

const SECURITY = 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/';
const ACL = `${SECURITY}acl/`;
const TLS = `${SECURITY}encryption/`;

/** The addresses of `bind` that other machines reach; without the line Redis listens to every address. */
function listens(root: Setting): Setting[] {
  const bind = root.last('bind');
  const beyond = (bind?.value ?? '').split(/\s+/).some((address) => !isLoopback(address.replace(/^-/, '')));
  return bind && beyond ? [bind] : [];
}

/** Whether nothing is asked of who connects: no password and no list of users. */
function anonymous(root: Setting): boolean {
  if (root.last('requirepass')?.value || root.last('aclfile')) return false;
  const first = root.all('user').find(({ value = '' }) => /^default\s/.test(value));
  return !first || /\bnopass\b/.test(first.value ?? '') || !/\s(?:>|#|off\b)/.test(first.value ?? '');
}

/** A file of Sentinel, which watches servers and holds no keys. */
function isSentinel(root: Setting): boolean {
  return root.all('sentinel').some(({ value = '' }) => /^monitor\s/.test(value));
}

const checks: readonly ConfigurationCheck[] = [
  {
    id: 'redis-open-to-world',
    title: 'Redis answers anybody without a password',
    severity: 'critical',
    why: 'Whoever reaches the port reads and deletes every key, and on many servers gets files written and code run.',
    fix: 'Set `requirepass` or users in `aclfile`, leave `protected-mode` on, and `bind` an address of your own network.',
    references: [SECURITY],
    explains: ['redis'],
    *find(root) {
      const off = root.last('protected-mode');
      if (isOff(off) && anonymous(root) && (!root.last('bind') || listens(root).length > 0))
        yield {
          ...(isSentinel(root)
            ? { severity: 'high', title: 'Redis Sentinel takes orders from anybody' }
            : {}),
          at: [
            off!,
            ...listens(root),
            ...root.all('user').filter(({ value = '' }) => /^default\s/.test(value)),
          ],
        };
    },
  },
  {
    id: 'redis-protected-mode-alone',
    title: 'Only the protected mode keeps Redis from answering anybody',
    severity: 'medium',
    why: 'It listens to other machines and has no password: one `CONFIG SET protected-mode no`, as many guides advise, opens every key.',
    fix: 'Set `requirepass` or users in `aclfile`, or `bind 127.0.0.1 -::1`.',
    references: [SECURITY],
    explains: ['redis'],
    *find(root) {
      if (!isOff(root.last('protected-mode')) && anonymous(root) && listens(root).length > 0)
        yield { at: listens(root) };
    },
  },
  {
    id: 'redis-sample-password',
    title: 'The Redis password is one that everybody tries first',
    severity: 'critical',
    why: 'It stands in the sample file or in guides, and a server answers many thousand guesses a second.',
    fix: 'Set `requirepass` to a random value of at least 32 characters, better users with passwords of their own in `aclfile`.',
    references: [SECURITY],
    *find(root) {
      const password = root.last('requirepass');
      if (
        /^(?:foobared|redis|password|changeme|admin|secret|test|root|1234\d*)$/i.test(password?.value ?? '')
      )
        yield { at: password! };
    },
  },
  {
    id: 'redis-user-without-password',
    title: 'A Redis user is let in without a password',
    severity: 'high',
    why: 'Whoever knows the name works with all rights of that user.',
    fix: 'Replace `nopass` by `#` and the SHA-256 of a password.',
    references: [ACL],
    *find(root) {
      for (const user of root.all('user'))
        if (/^(?!default\s)\S+\s(?=.*\bon\b)(?=.*\bnopass\b)/.test(user.value ?? '')) yield { at: user };
    },
  },
  {
    id: 'redis-without-tls',
    title: 'Redis talks to other machines without TLS',
    severity: 'medium',
    why: 'The password and every value pass the network in clear text.',
    fix: 'Set `tls-port`, `tls-cert-file` and `tls-key-file`, and `port 0`.',
    references: [TLS],
    *find(root) {
      const plain = root.last('port')?.value !== '0';
      if (plain && !root.last('tls-port') && !anonymous(root) && listens(root).length > 0)
        yield { at: listens(root) };
    },
  },
  {
    id: 'redis-runs-code',
    title: 'Redis loads modules or changes protected settings for whoever is connected',
    severity: 'high',
    why: 'A stolen password is then enough to run code on the machine.',
    fix: 'Set `enable-module-command`, `enable-protected-configs` and `enable-debug-command` to `no` or `local`.',
    references: [SECURITY],
    *find(root) {
      for (const name of ['enable-module-command', 'enable-protected-configs', 'enable-debug-command'])
        if (isOn(root.last(name))) yield { at: root.last(name)! };
    },
  },
  {
    id: 'redis-socket-for-everybody',
    title: 'Every user of the machine may talk to Redis over its socket',
    severity: 'medium',
    why: 'The socket asks for no password, so that any program on the machine reads every key.',
    fix: 'Set `unixsocketperm` to 770 with a group for the programs that need it.',
    references: [SECURITY],
    *find(root) {
      const mode = root.last('unixsocketperm');
      if (/^0?\d\d[2367]$/.test(mode?.value ?? '') && root.last('unixsocket') && anonymous(root))
        yield { at: mode! };
    },
  },
];

export const redis = family(['redis'], eachFile, checks);
