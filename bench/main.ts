/** `npm run bench [-- CASE…]`: everything in one run on one machine, each figure beside its plain twin. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchAudit } from './audit.ts';
import { benchDetect } from './detect.ts';
import { type Figure, renderFigures } from './figures.ts';
import { benchHttp } from './http.ts';
import { benchIngest } from './ingest.ts';
import { benchKeyring } from './keyring.ts';
import { benchSearch } from './search.ts';
import { benchSlowDay } from './slow-day.ts';
import { benchTrail } from './trail.ts';

const CASES: Record<string, (events: number) => Promise<Figure[]>> = {
  ingest: benchIngest,
  http: benchHttp,
  search: benchSearch,
  keyring: benchKeyring,
  'slow-day': benchSlowDay,
  detect: benchDetect,
  trail: benchTrail,
  audit: benchAudit,
};

const { values, positionals } = parseArgs({
  options: { events: { type: 'string', default: '200000' }, help: { type: 'boolean', short: 'h' } },
  allowPositionals: true,
});
const chosen = positionals.length > 0 ? positionals : Object.keys(CASES);
if (values.help || chosen.some((name) => !Object.hasOwn(CASES, name))) {
  process.stdout.write(
    `Usage: npm run bench -- [CASE…] [--events N]\nCases: ${Object.keys(CASES).join(', ')} (all unless named)\n`,
  );
  process.exit(values.help ? 0 : 2);
}

const figures: Figure[] = [];
for (const name of chosen) {
  process.stderr.write(`${name}…\n`);
  figures.push(...(await CASES[name]!(Number(values.events))));
}
const machine = {
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memory: totalmem(),
  node: process.version,
};
process.stdout.write(`${renderFigures(figures)}\n\n${JSON.stringify({ machine, figures })}\n`);
const out = join(import.meta.dirname, 'out');
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'figures.json'), `${JSON.stringify({ machine, figures }, undefined, 2)}\n`);
