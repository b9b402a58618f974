import { DATABASE_PORTS } from '../bare.ts';
import { type ConfigurationCheck, family, type Reading } from '../check.ts';
import { isGuessable, isLiteralSecret } from '../passwords.ts';
import type { Setting } from '../setting.ts';
import { ofCompose } from '../workloads/compose.ts';
import { objectsOf, ofKubernetes } from '../workloads/kubernetes.ts';
import { ofSystemd } from '../workloads/systemd.ts';
import { doorTo, leadsTo, saying, type Workload } from '../workloads/workload.ts';
import { serviceChecks } from './services.ts';

const COMPOSE = 'https://docs.docker.com/reference/compose-file/services/';
const ENGINE = 'https://docs.docker.com/engine/security/';
const STANDARDS = 'https://kubernetes.io/docs/concepts/security/pod-security-standards/';

/** The programs that the files start; Services open doors to pods of other files too. */
function workloadsOf(readings: readonly Reading[]): Workload[] {
  const roots = (software: string) =>
    readings.filter((one) => one.software === software).map(({ root }) => root);
  return [
    ...ofCompose(readings),
    ...ofKubernetes(objectsOf(roots('kubernetes'))),
    ...roots('systemd').flatMap(ofSystemd),
  ];
}

const SOCKETS = /(?:docker|containerd|crio|podman)\.sock$/;
const SYSTEM =
  /^\/(?:etc|root|home|proc|sys|boot|dev|var|var\/run|run|var\/lib\/(?:docker|kubelet|containerd))?\/?$/;
const STRONG = /^(?:CAP_)?(?:ALL|SYS_ADMIN|SYS_MODULE|SYS_RAWIO|DAC_READ_SEARCH)$/i;

const checks: readonly ConfigurationCheck<Workload>[] = [
  {
    id: 'container-privileged',
    title: 'A container has every right of the machine',
    severity: 'high',
    why: 'Whoever gets into the program has the machine, its disks and its other containers.',
    fix: 'Remove `privileged` and add the single capability or device that is needed.',
    references: [`${COMPOSE}#privileged`, STANDARDS],
    *find({ privileged }) {
      if (privileged) yield { at: privileged };
    },
  },
  {
    id: 'container-docker-socket',
    title: 'A container may give orders to Docker',
    severity: 'high',
    why: 'Through the socket it starts a container with the disk of the machine in it: whoever gets into the program is root there. Read-only does not help.',
    fix: 'Remove the mount, or put a filter such as docker-socket-proxy between.',
    references: [`${ENGINE}#docker-daemon-attack-surface`],
    explains: ['docker'],
    *find({ image, mounts }) {
      if (/socket-?proxy|docker-proxy-acl/.test(image)) return;
      for (const { source, at } of mounts) if (SOCKETS.test(source)) yield { at };
    },
  },
  {
    id: 'container-host-files',
    title: 'A container sees the files of the machine',
    severity: 'high',
    why: 'Keys, passwords and other programs’ data can be read, and often changed, from inside.',
    fix: 'Mount the one folder that is needed, with `:ro`.',
    references: [`${COMPOSE}#volumes`, STANDARDS],
    *find({ mounts }) {
      for (const { source, at } of mounts)
        if (SYSTEM.test(source))
          yield {
            at,
            ...(/^\/(?:proc|sys|dev|boot|run|var\/run)\b/.test(source) ? { severity: 'medium' } : {}),
          };
    },
  },
  {
    id: 'container-host-namespace',
    title: 'A container shares the processes or the memory of the machine',
    severity: 'medium',
    why: 'It sees every process with its arguments and variables, and may stop or read others.',
    fix: 'Remove `pid: host`, `ipc: host` and `userns_mode: host` (`hostPID`, `hostIPC`).',
    references: [`${COMPOSE}#pid`, STANDARDS],
    *find({ hostNamespaces }) {
      for (const at of hostNamespaces) {
        // Programs that share a graphics card pass memory to one another this way.
        if (/^(?:ipc|hostIPC)$/.test(at.name)) yield { at, severity: 'low' };
        else if (!/^(?:network_mode|hostNetwork)$/.test(at.name)) yield { at };
      }
    },
  },
  {
    id: 'container-host-network',
    title: 'A container is on the network of the machine',
    severity: 'low',
    why: 'Every port that it opens is open on every address of the machine, and it reaches what listens on loopback.',
    fix: 'Publish the single port that is needed instead.',
    references: [`${COMPOSE}#network_mode`, STANDARDS],
    *find({ hostNamespaces, privileged }) {
      for (const at of hostNamespaces)
        if (/^(?:network_mode|hostNetwork)$/.test(at.name) && !privileged) yield { at };
    },
  },
  {
    id: 'container-strong-capabilities',
    title: 'A container has a right that gives it the machine',
    severity: 'high',
    why: 'With it a program leaves its container, or reads what others do.',
    fix: 'Drop all capabilities and add the single one that is needed.',
    references: [`${COMPOSE}#cap_add`, STANDARDS],
    *find({ capabilities, hostNamespaces }) {
      // Whoever traces processes leaves the container only where it sees those of the machine.
      const traces = hostNamespaces.some(({ name }) => /^(?:pid|hostPID)$/.test(name));
      for (const at of capabilities)
        if (STRONG.test(at.value ?? '') || (traces && /^(?:CAP_)?SYS_PTRACE$/i.test(at.value ?? '')))
          yield { at };
    },
  },
  {
    id: 'container-unconfined',
    title: 'A container runs without the limits of the system',
    severity: 'medium',
    why: 'Without seccomp or AppArmor a hole in the kernel is within reach of the program.',
    fix: 'Remove `seccomp:unconfined` and `apparmor:unconfined`.',
    references: [`${ENGINE}seccomp/`],
    *find({ at }) {
      for (const one of at.all('security_opt', '*'))
        if (/unconfined/.test(one.value ?? '')) yield { at: one };
      const profile = at.get('securityContext', 'seccompProfile', 'type');
      if (profile?.value === 'Unconfined') yield { at: profile };
    },
  },
  {
    id: 'container-debugger-open',
    title: 'A debugger takes orders from the network',
    severity: 'critical',
    why: 'Whoever reaches its port runs code in the program.',
    fix: 'Remove the option, or let the debugger listen to 127.0.0.1.',
    references: ['https://nodejs.org/en/learn/getting-started/debugging'],
    *find({ command, commandAt, at, env }) {
      const open =
        /--inspect(?:-brk)?=(?:0\.0\.0\.0|\[?::)|debugpy.{0,1000}--listen[ =]0\.0\.0\.0|agentlib:jdwp=[^ ]{0,1000}address=(?:\*|0\.0\.0\.0)|--debugger[^|]{0,1000}--host[ =]0\.0\.0\.0/;
      if (open.test(command)) yield { at: commandAt ?? at };
      for (const one of env.values())
        if (
          /^(?:NODE_OPTIONS|JAVA_TOOL_OPTIONS|JAVA_OPTS|JDK_JAVA_OPTIONS)$/i.test(one.name) &&
          open.test(one.value ?? '')
        )
          yield { at: one };
    },
  },
  {
    id: 'container-guessable-password',
    title: 'A password that everybody tries first',
    severity: 'high',
    why: 'It stands in guides; whoever reaches the program, from another container or outside, is let in.',
    fix: 'Put a random value into a secret and name it with `…_FILE`, or into a file that is in no repository.',
    references: ['https://docs.docker.com/compose/how-tos/use-secrets/'],
    *find(workload) {
      for (const one of ownVariables(workload)) {
        const named = /(?:PASSWORD|PASSWD|_PASS|SECRET|SECRET_KEY|SALT|ENCRYPTION_KEY|ROOT_PW)$/i.test(
          one.name,
        );
        const value = one.written ?? '';
        const otherwise = /^\$\{\w+:?-([^}]+)\}$/.exec(value)?.[1] ?? '';
        if (!named || serviceSays(workload)) continue;
        if (isGuessable(value)) yield { at: one };
        else if (isGuessable(otherwise))
          yield {
            at: one,
            severity: 'medium',
            title: 'Unless a variable is set, a password that everybody tries first',
          };
      }
    },
  },
  {
    id: 'container-password-in-file',
    title: 'A password or key stands in the file that starts a container',
    severity: 'medium',
    why: 'Whoever reads the file or its repository has it, and everybody who may inspect the container.',
    fix: 'Put it into a secret and name it with `…_FILE` or `secretKeyRef`, or name a variable of the shell in its place.',
    references: [
      'https://docs.docker.com/compose/how-tos/use-secrets/',
      'https://kubernetes.io/docs/concepts/configuration/secret/',
    ],
    *find(workload) {
      for (const one of ownVariables(workload))
        if (isLiteralSecret(one.name, one.written ?? '')) yield { at: one };
    },
  },
  {
    id: 'container-database-published',
    title: 'A database is published on every address of the machine',
    severity: 'low',
    why: 'It asks for a password, and everybody may try: Docker opens the port past the firewall of the machine.',
    fix: 'Write `127.0.0.1:` before the port, or leave it out: containers of the same network reach each other without.',
    references: ['https://docs.docker.com/engine/network/port-publishing/'],
    *find(workload) {
      if (workload.from !== 'compose' || serviceSays(workload)) return;
      const known =
        /clickhouse|redis|valkey|mongo|postg|mysql|mariadb|elastic|opensearch|cassandra|qdrant|milvus|memcached|etcd|kafka|rabbitmq|nats/;
      const door = workload.doors.find(
        (one) =>
          known.test(workload.image) &&
          Object.keys(DATABASE_PORTS).some((port) => leadsTo(one, Number(port))),
      );
      if (door) yield { at: door.at };
    },
  },
  {
    id: 'container-traefik-dashboard',
    title: 'Traefik shows its dashboard and interface to everybody',
    severity: 'high',
    why: 'Every route, host and service behind it can be read without a password.',
    fix: 'Remove `--api.insecure`, and route `api@internal` through a middleware that asks for a password.',
    references: ['https://doc.traefik.io/traefik/reference/install-configuration/api-dashboard/'],
    *find(workload) {
      const { command, commandAt, at, image } = workload;
      if (
        /traefik/.test(image) &&
        /--api\.insecure(?:=true)?(?:\s|$)/i.test(command) &&
        doorTo(workload, [8080])
      )
        yield { at: commandAt ?? at };
    },
  },
  {
    id: 'container-prometheus-admin',
    title: 'Prometheus lets its visitors delete data or stop it',
    severity: 'high',
    why: 'The interface for administrators asks for no password: whoever reaches the port deletes series, takes copies, or ends the process.',
    fix: 'Remove `--web.enable-admin-api` and `--web.enable-lifecycle`.',
    references: ['https://prometheus.io/docs/operating/security/'],
    *find(workload) {
      const { command, commandAt, at } = workload;
      if (
        /--web\.enable-admin-api/.test(command) &&
        !/--web\.config\.file/.test(command) &&
        !doorTo(workload, [9090])
      )
        yield { at: commandAt ?? at };
    },
  },
  {
    id: 'container-open-sign-up',
    title: 'Everybody may make an account where conversations are kept',
    severity: 'medium',
    why: 'Whoever reaches the page signs up, and often sees projects, models or shared chats.',
    fix: 'Set AUTH_DISABLE_SIGNUP=true (Langfuse), ENABLE_SIGNUP=false (Open WebUI), ALLOW_REGISTRATION=false (LibreChat).',
    references: ['https://langfuse.com/self-hosting/security/authentication-and-sso'],
    explains: ['langfuse'],
    *find(workload) {
      const { image, env } = workload;
      const closed =
        saying(workload, 'AUTH_DISABLE_SIGNUP') ?? saying(workload, 'AUTH_DISABLE_USERNAME_PASSWORD');
      const door = doorTo(workload, [3000]);
      if (/(?:^|\/)langfuse(?::|$)/.test(image) && door && !closed && !workload.envElsewhere)
        yield { at: [workload.at, door] };
      for (const name of ['ENABLE_SIGNUP', 'ALLOW_REGISTRATION']) {
        const open = saying(workload, name);
        const pending = env.get('DEFAULT_USER_ROLE')?.value === 'pending';
        if (open && workload.doors.length > 0 && !pending) yield { at: open };
      }
    },
  },
];

/** Those that stand where the program is started: a file of variables, where they stand at the top, is checked itself. */
function ownVariables({ env }: Workload): Setting[] {
  return [...env.values()].filter(({ within }) => within !== '');
}

/** Whether the check of its service says already how open it is. */
function serviceSays(workload: Workload): boolean {
  return serviceChecks.some((check) => !check.find(workload)[Symbol.iterator]().next().done);
}

export const workloads = family(['compose', 'dockerfile', 'env', 'kubernetes', 'systemd'], workloadsOf, [
  ...serviceChecks,
  ...checks,
]);
