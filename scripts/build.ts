/**
 * Bundles the commands to JavaScript in dist/, which `npm pack` puts into the package: Node runs no
 * TypeScript below node_modules. Dependencies stay outside the bundle; the workspace's packages go in.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import manifest from '../package.json' with { type: 'json' };
import { neighbours } from './build-neighbours.ts';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');

async function bundle(entryPoints: Record<string, string>): Promise<void> {
  const found = new Map<string, string>();
  rmSync(dist, { recursive: true, force: true });
  await build({
    entryPoints,
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: Object.keys(manifest.dependencies).flatMap((name) => [name, `${name}/*`]),
    plugins: [neighbours(found, dist)],
    logLevel: 'warning',
  });
  // A child program may bring children of its own: again until there are no more.
  const missing = [...found].filter(([name]) => !(name in entryPoints));
  if (missing.length > 0) await bundle({ ...entryPoints, ...Object.fromEntries(missing) });
}

await bundle({ main: join(root, 'apps/cli/src/main.ts') });
