import type { ConfigurationCheck } from '../check.ts';
import { AI_SERVICES } from '../workloads/ai-services.ts';
import { type OpenService, STORES } from '../workloads/services.ts';
import { doorTo, type Workload } from '../workloads/workload.ts';

function imageOf({ image }: Workload): string {
  return image.replace(/@.*$/, '').replace(/:[^/:]*$/, '');
}

function checkOf(service: OpenService): ConfigurationCheck<Workload> {
  const { id, name, image, ports, severity, explains = [id], outsider, fix, reference } = service;
  return {
    id: `container-${id}-open`,
    title: `${name} is published and answers anybody`,
    severity,
    why: `Whoever reaches the port ${outsider}. Docker publishes ports past the firewall of its machine.`,
    fix,
    references: [reference],
    explains,
    *find(workload) {
      const door = image.test(imageOf(workload)) ? doorTo(workload, ports) : undefined;
      const open = door && service.open(workload);
      if (open) yield { at: open === door ? open : [open, door] };
    },
  };
}

/** Services that a container leaves open to the world: each a row of a table. */
export const serviceChecks: readonly ConfigurationCheck<Workload>[] = [...STORES, ...AI_SERVICES].map(
  checkOf,
);
