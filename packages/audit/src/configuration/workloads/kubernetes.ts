import { isOn, Setting } from '../setting.ts';
import { OUTSIDE, words } from './assignment.ts';
import { type Door, onePort, type Workload } from './workload.ts';

/** The objects of manifests, those within a `List` too. */
export function objectsOf(roots: readonly Setting[]): Setting[] {
  return roots
    .flatMap((root) => root.children)
    .flatMap((one) => (/List$/.test(one.text('kind')) ? one.all('items', '*') : [one]));
}

/** A pod, or what makes some. */
export interface Pod {
  readonly object: Setting;
  readonly spec: Setting;
  readonly labels: ReadonlyMap<string, string>;
  readonly containers: readonly Setting[];
}

export function podsOf(objects: readonly Setting[]): Pod[] {
  return objects.flatMap((object) => {
    const template =
      object.text('kind') === 'Pod'
        ? object
        : (object.get('spec', 'jobTemplate', 'spec', 'template') ?? object.get('spec', 'template'));
    const spec = template?.get('spec');
    const containers = ['containers', 'initContainers'].flatMap((name) => spec?.all(name, '*') ?? []);
    if (!spec || containers.length === 0) return [];
    const labels = template!
      .all('metadata', 'labels', '*')
      .map(({ name, value = '' }) => [name, value] as const);
    return [{ object, spec, labels: new Map(labels), containers }];
  });
}

/** A Service that the outside reaches, by itself or through every node. */
export function isPublic(service: Setting): boolean {
  const type = service.text('spec', 'type');
  if (type === 'NodePort') return true;
  if (type !== 'LoadBalancer') return service.all('spec', 'externalIPs', '*').length > 0;
  const ranges = service.all('spec', 'loadBalancerSourceRanges', '*');
  if (ranges.length > 0 && !ranges.some(({ value }) => value === '0.0.0.0/0' || value === '::/0'))
    return false;
  return !service
    .all('metadata', 'annotations', '*')
    .some(
      ({ name, value = '' }) =>
        /internal|scheme|load-balancer-type/.test(name) && /^(?:true|internal|0\.0\.0\.0\/0)$/i.test(value),
    );
}

/** The containers of manifests, with the doors that Services of the same files open to them. */
export function ofKubernetes(objects: readonly Setting[]): Workload[] {
  const services = objects
    .filter((one) => one.text('kind') === 'Service' && isPublic(one))
    .map((service) => ({ selector: service.all('spec', 'selector', '*'), targets: targetsOf(service) }))
    .filter(({ selector }) => selector.length > 0);
  return podsOf(objects).flatMap((pod) => {
    const network = pod.spec.get('hostNetwork');
    // One door to each port is enough: many services before many pods would be doors without end.
    const reached = new Map(
      services
        .values()
        .filter(({ selector }) => selector.every(({ name, value }) => pod.labels.get(name) === value))
        .flatMap(({ targets }) => targets),
    );
    return pod.containers.map((container): Workload => {
      const command = [container.get('command'), container.get('args')].filter((one) => one !== undefined);
      return {
        from: 'kubernetes',
        at: container,
        image: container.text('image').toLowerCase(),
        env: new Map(
          container.all('env', '*').map((one) => [one.text('name').toUpperCase(), variableOf(one)]),
        ),
        envElsewhere: container.get('envFrom') !== undefined,
        command: command.map(words).join(' '),
        commandAt: command[0],
        doors: [
          ...(isOn(network) ? [{ ports: undefined, at: network! }] : []),
          ...container
            .all('ports', '*', 'hostPort')
            .map((at): Door => ({ ports: onePort(Number(at.value)), at })),
          ...doorsThrough(reached, container),
        ],
        mounts: mountsOf(pod.spec, container),
        privileged: on(container.get('securityContext', 'privileged')),
        capabilities: container.all('securityContext', 'capabilities', 'add', '*'),
        hostNamespaces: ['hostNetwork', 'hostPID', 'hostIPC'].flatMap((name) => on(pod.spec.get(name)) ?? []),
      };
    });
  });
}

function on(setting: Setting | undefined): Setting | undefined {
  return isOn(setting) ? setting : undefined;
}

/** The value of a variable, under the variable's name; from elsewhere when it is not in the manifest. */
function variableOf(one: Setting): Setting {
  const value = one.get('valueFrom') ? OUTSIDE : one.text('value');
  const { file, at, within } = one;
  return new Setting({ name: one.text('name'), value, file, at, within });
}

/** Where a Service leads, as a port or its name, and the setting that makes it do so. */
function targetsOf(service: Setting): [target: string, at: Setting][] {
  return service
    .all('spec', 'ports', '*')
    .map((port) => [port.text('targetPort') || port.text('port'), service.get('spec', 'type') ?? port]);
}

function doorsThrough(reached: ReadonlyMap<string, Setting>, container: Setting): Door[] {
  const named = new Map(
    container.all('ports', '*').map((one) => [one.text('name'), one.text('containerPort')]),
  );
  return [...reached].map(([target, at]) => ({ ports: onePort(Number(named.get(target) ?? target)), at }));
}

function mountsOf(spec: Setting, container: Setting): Workload['mounts'] {
  return container.all('volumeMounts', '*').map((mount) => {
    const volume = spec.all('volumes', '*').find((one) => one.text('name') === mount.text('name'));
    const path = volume?.get('hostPath', 'path');
    return { source: path?.value ?? '', target: mount.text('mountPath'), at: path ?? mount };
  });
}
