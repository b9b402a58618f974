import { isLoopback } from '../address.ts';
import { isOn, Setting } from '../setting.ts';
import { type Door, onePort, type Workload } from './workload.ts';

/** Stands for a value that comes from outside and is not seen. */
export const OUTSIDE = '$outside';

/** The services of a Compose file (https://docs.docker.com/reference/compose-file/services/). */
export function ofCompose(root: Setting): Workload[] {
  return root.all('services', '*').map((service) => {
    const command = [service.get('entrypoint'), service.get('command')].filter((one) => one !== undefined);
    const host = service.get('network_mode')?.value === 'host' ? service.get('network_mode') : undefined;
    return {
      from: 'compose',
      at: service,
      image: imageOf(service),
      env: new Map(environment(service.get('environment')).map((one) => [one.name.toUpperCase(), one])),
      envElsewhere: service.get('env_file') !== undefined,
      command: command.map(words).join(' '),
      commandAt: command[0],
      doors: [
        ...(host ? [{ ports: undefined, at: host }] : []),
        ...service.all('ports', '*').flatMap(doorsOf),
      ],
      mounts: service.all('volumes', '*').map(mountOf),
      privileged: isOn(service.get('privileged')) ? service.get('privileged') : undefined,
      capabilities: service.all('cap_add', '*'),
      hostNamespaces: ['network_mode', 'pid', 'ipc', 'userns_mode'].flatMap((name) => {
        const setting = service.get(name);
        return setting?.value === 'host' ? [setting] : [];
      }),
    };
  });
}

/** Of one that comes from a variable what it is otherwise, or the service's name. */
function imageOf(service: Setting): string {
  const image = service.text('image').replace(/\$\{\w+:?-([^}]*)\}/g, '$1');
  return (image === '' || image.includes('$') ? service.name : image).toLowerCase();
}

/** A map of variables, or a list of `NAME=value`. */
export function environment(setting: Setting | undefined): Setting[] {
  return (setting?.children ?? []).flatMap((one) => {
    if (!/^\d+$/.test(one.name)) return [one];
    return assignment(one);
  });
}

/** `NAME=value` as a setting of that name; without `=` the value comes from outside. */
export function assignment(one: Setting, text = one.value ?? ''): Setting[] {
  const [, name, value] = /^([\w.-]+)(?:=([\s\S]*))?$/.exec(text.trim()) ?? [];
  if (name === undefined) return [];
  const { file, at, within } = one;
  return [new Setting({ name, value: value ?? OUTSIDE, file, at, within })];
}

/** A command as a list or as one text. */
export function words(setting: Setting): string {
  return setting.value ?? setting.children.map(({ value = '' }) => value).join(' ');
}

function doorsOf(one: Setting): Door[] {
  const target = one.get('target');
  if (target) {
    const host = one.text('host_ip');
    return host !== '' && isLoopback(host) ? [] : [{ ports: onePort(Number(target.value)), at: target }];
  }
  const [, host = '', ports = ''] =
    /^(?:(\[[^\]]*\]|\d+\.\d+\.\d+\.\d+|localhost|\$\{[^}]*\}):)?(.*?)(?:\/(?:tcp|udp))?$/.exec(
      one.value ?? '',
    ) ?? [];
  // An address from a variable is not known to be everybody's.
  if ((host !== '' && isLoopback(host)) || /^\$\{\w*(?:HOST|IP|BIND|ADDR)/.test(host)) return [];
  const [from = '', to = from] = (ports.split(':').at(-1) ?? '')
    .replace(/\$\{[^}]*?(\d*)\}/g, '$1')
    .split('-');
  const [first, last] = [Number(from), Number(to)];
  return first > 0 && last >= first ? [{ ports: { first, last }, at: one }] : [];
}

function mountOf(one: Setting): { source: string; target: string; at: Setting } {
  const [source = '', target = ''] = (one.value ?? '').split(':');
  if (one.children.length === 0) return { source, target, at: one };
  return { source: one.text('source'), target: one.text('target'), at: one.get('source') ?? one };
}
