import { isLoopback } from '../address.ts';
import type { Reading } from '../check.ts';
import { isOn, type Setting } from '../setting.ts';
import { words } from './assignment.ts';
import { environment, type Started, startedBy } from './project.ts';
import { type Door, onePort, type Workload } from './workload.ts';

/** The services of Compose files (https://docs.docker.com/reference/compose-file/services/). */
export function ofCompose(readings: readonly Reading[]): Workload[] {
  return startedBy(readings).map(workloadOf);
}

function workloadOf({ service, fromFiles, unseen, recipe }: Started): Workload {
  const own = [service.get('entrypoint'), service.get('command')].filter((one) => one !== undefined);
  const command = own.length > 0 ? own : (recipe?.children ?? []).filter(({ name }) => name === 'CMD');
  const host = service.get('network_mode')?.value === 'host' ? service.get('network_mode') : undefined;
  const variables = [...fromFiles, ...environment(service.get('environment'))];
  return {
    from: 'compose',
    at: service,
    image: imageOf(service, recipe),
    env: new Map(variables.map((one) => [one.name.toUpperCase(), one])),
    envElsewhere: unseen,
    command: command.map(words).join(' '),
    commandAt: own[0],
    doors: [...(host ? [{ ports: undefined, at: host }] : []), ...service.all('ports', '*').flatMap(doorsOf)],
    mounts: [...service.all('volumes', '*').map(mountOf), ...copied(recipe)],
    privileged: isOn(service.get('privileged')) ? service.get('privileged') : undefined,
    capabilities: service.all('cap_add', '*'),
    hostNamespaces: ['network_mode', 'pid', 'ipc', 'userns_mode'].flatMap((name) => {
      const setting = service.get(name);
      return setting?.value === 'host' ? [setting] : [];
    }),
  };
}

/** What a service that is built begins with, when its recipe was given; else its image, or its own name. */
function imageOf(service: Setting, recipe: Setting | undefined): string {
  // A tag or a registry that comes from a variable says nothing about what runs.
  const image = (baseOf(recipe) ?? service.text('image')).replace(/:\$\{?\w+\}?$/, '');
  const name = image.split('/').at(-1)!;
  return (name === '' || name.includes('$') ? service.name : image).toLowerCase();
}

/** The image of a recipe's last stage, or of the stage that this one begins with. */
function baseOf(recipe: Setting | undefined): string | undefined {
  const stages = (recipe?.all('FROM') ?? []).map(({ value = '' }) =>
    value.replace(/^--\S+\s+/, '').split(/\s+/),
  );
  let base = stages.pop()?.[0];
  for (const [from, , name] of stages.reverse()) if (name !== undefined && name === base) base = from;
  return base;
}

/** Files that a recipe puts into the image. */
function copied(recipe: Setting | undefined): Workload['mounts'] {
  return (recipe?.children ?? [])
    .filter(({ name }) => name === 'COPY' || name === 'ADD')
    .map((at) => ({ source: '', target: (at.value ?? '').split(/\s+/).at(-1)!, at }));
}

/** A variable that is likelier an address than a port, and of which nothing is known. */
const ADDRESS = /^\$\{\w*(?:HOST|IP|BIND\w*|ADDR\w*|LISTEN|INTERFACE)\}$/i;

/** `[[address:]port:]port[/protocol]`, each port or stretch of ports; or a map. */
function doorsOf(one: Setting): Door[] {
  const target = one.get('target');
  const text = target
    ? `${one.text('host_ip') || '*'}:0:${target.value}/${one.text('protocol') || 'tcp'}`
    : (one.value ?? '');
  const [, before, ports = '', protocol] = /^(?:(.*):)?([^:/]*)(?:\/(\w+))?$/s.exec(text) ?? [];
  if (protocol !== undefined && protocol !== 'tcp') return [];
  const [, address] = /^(.*):[^:]*$/s.exec(before ?? '') ?? [];
  // An address from a variable is not known to be everybody's.
  if (address !== undefined && (isLoopback(address) || address.includes('$'))) return [];
  if (ADDRESS.test(before ?? '')) return [];
  const at = target ?? one;
  if (ports.includes('$')) return [{ ports: undefined, at }];
  const [from = '', to = from] = ports.split('-');
  const [first, last] = [Number(from), Number(to)];
  return first > 0 && last >= first ? [{ ports: first === last ? onePort(first) : { first, last }, at }] : [];
}

function mountOf(one: Setting): { source: string; target: string; at: Setting } {
  const [source = '', target = ''] = (one.value ?? '').split(':');
  if (one.children.length === 0) return { source, target, at: one };
  return { source: one.text('source'), target: one.text('target'), at: one.get('source') ?? one };
}
