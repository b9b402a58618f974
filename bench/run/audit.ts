/** An audit of hosts on loopback, as `tacet audit` does it with its usual pace. */
import { audit, Outlet, readTargets, SERVICES, systemResolver } from '@tacet/audit';
import { options, report } from '../child.ts';

const { targets } = options<{ targets: string }>();

await report(async () => {
  const { asked, findings } = await audit({
    paths: [],
    targets: {
      file: readTargets(targets),
      folder: '.',
      probes: SERVICES.filter(({ optIn }) => !optIn),
      outlet: new Outlet(),
      resolver: systemResolver(),
    },
  });
  const open = findings.filter(({ check }) => check.endsWith('-open'));
  return { doors: asked.length, open: open.length };
});
