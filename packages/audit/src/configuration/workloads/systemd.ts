import type { Setting } from '../setting.ts';
import { assignment } from './assignment.ts';
import type { Workload } from './workload.ts';

/** Every address, in a command or a variable. */
const WIDE = /(?:^|[\s=/"'])(?:0\.0\.0\.0|\[::\]|\*)(?=[:\s"']|$)/;

/** The program of a systemd unit, on the network of the machine. */
export function ofSystemd(root: Setting): Workload[] {
  const service = root.get('Service');
  const start = service?.all('ExecStart').at(-1);
  if (!service || !start) return [];
  const variables = service
    .all('Environment')
    .flatMap((one) =>
      [...(one.value ?? '').matchAll(/(?:^|\s)["']?(\w+=[^\s"']*)/g)].flatMap(([, text]) =>
        assignment(one, text),
      ),
    );
  const [program = ''] = (start.value ?? '').split(/\s+/);
  // Most programs listen to this machine alone unless they are told otherwise: only that is a door.
  const told = [start.value ?? '', ...variables.map(({ value = '' }) => value)].find((text) =>
    WIDE.test(text),
  );
  return [
    {
      from: 'systemd',
      at: start,
      image: program.replace(/^[-@:+!]*/, '').toLowerCase(),
      env: new Map(variables.map((one) => [one.name.toUpperCase(), one])),
      envElsewhere: service.get('EnvironmentFile') !== undefined,
      command: start.value ?? '',
      commandAt: start,
      doors: told === undefined ? [] : [{ ports: undefined, at: start }],
      mounts: [],
      privileged: undefined,
      capabilities: [],
      hostNamespaces: [],
    },
  ];
}
