import type { Setting } from '../setting.ts';

/** Ports that other machines reach. */
export interface Door {
  /** Of the program, not of the host; undefined is every port that the program listens to. */
  readonly ports: { readonly first: number; readonly last: number } | undefined;
  readonly at: Setting;
}

/** Whether a door is to this port among others that are named. */
export function leadsTo({ ports }: Door, port: number): boolean {
  return ports !== undefined && ports.first <= port && port <= ports.last;
}

export function onePort(port: number): Door['ports'] {
  return { first: port, last: port };
}

/** A program as Compose, Kubernetes or systemd starts it. */
export interface Workload {
  readonly from: 'compose' | 'kubernetes' | 'systemd';
  readonly at: Setting;
  /** In lower case, with its registry and tag; of systemd the program's path. */
  readonly image: string;
  /** Variables that are set, in upper case, each a setting of that name. */
  readonly env: ReadonlyMap<string, Setting>;
  /** Whether variables come from elsewhere too, so that one that is not seen may be set all the same. */
  readonly envElsewhere: boolean;
  /** Command and arguments, with a space between. */
  readonly command: string;
  /** Where the command stands; undefined when the image's own is used. */
  readonly commandAt: Setting | undefined;
  readonly doors: readonly Door[];
  /** What is mounted, as `source:target`. */
  readonly mounts: readonly { readonly source: string; readonly target: string; readonly at: Setting }[];
  readonly privileged: Setting | undefined;
  readonly capabilities: readonly Setting[];
  /** Namespaces of the host: network, processes, memory between processes, users. */
  readonly hostNamespaces: readonly Setting[];
}

/** The door to one of those ports; undefined when other machines do not reach them. */
export function doorTo({ doors }: Workload, ports: readonly number[]): Setting | undefined {
  return doors.find((door) => door.ports === undefined || ports.some((port) => leadsTo(door, port)))?.at;
}

/** Whether a file of the user's own configures the program, so that its settings stand there. */
export function configuredByFile({ mounts, command }: Workload): boolean {
  return (
    mounts.some(({ target }) =>
      /^\/(?:etc|opt|usr|config|app|qdrant|milvus|data\/conf)\b.*|\.(?:conf|cnf|xml|ya?ml|toml|ini|json|properties|cfg)$|(?:conf|config|users)\.d/.test(
        target,
      ),
    ) ||
    /(?:^|\s)(?:-c|--config(?:[-_.]?file)?|--conf)[\s=]|\.(?:conf|cnf|ya?ml|toml|properties)(?:\s|$)/.test(
      command,
    )
  );
}

/** The variable when it is set to something, be it from elsewhere. */
export function given({ env, envElsewhere }: Workload, ...names: readonly string[]): boolean {
  return envElsewhere || names.some((name) => (env.get(name)?.value ?? '') !== '');
}

/** The variable with one of those values. */
export function saying(
  { env }: Workload,
  name: string,
  values: RegExp = /^(?:1|true|yes|on)$/i,
): Setting | undefined {
  const setting = env.get(name);
  return setting && values.test(setting.value ?? '') ? setting : undefined;
}
