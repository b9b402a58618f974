/**
 * Builds the npm package of packages/sdk in packages/sdk/dist, or in the folder that is named: one JavaScript
 * file, the kernels beside it, types, a manifest with the dependencies that are left. Pack and publish that folder.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import root from '../package.json' with { type: 'json' };
import sdk from '../packages/sdk/package.json' with { type: 'json' };
import { neighbours } from './build-neighbours.ts';

const top = join(import.meta.dirname, '..');
const folder = join(top, 'packages/sdk');
const dist = resolve(process.argv[2] ?? join(folder, 'dist'));
const versions: Record<string, string> = { ...root.devDependencies, ...root.dependencies };

/** Others' packages stay outside, and those of which nothing is used are left out. */
const outside: Plugin = {
  name: 'outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[^.#/]/ }, ({ path, kind }) => {
      if (kind === 'entry-point' || path.startsWith('@tacet/') || path.startsWith('node:')) return undefined;
      return { path, external: true, sideEffects: false };
    });
  },
};

rmSync(dist, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [join(folder, 'src/index.ts')],
  outdir: dist,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  metafile: true,
  plugins: [outside, neighbours(new Map(), dist)],
  logLevel: 'warning',
});

const [output] = Object.values(metafile.outputs).filter(({ entryPoint }) => entryPoint);
const names = (output?.imports ?? [])
  .filter(({ path, external }) => external && !path.startsWith('node:'))
  .map(({ path }) => path.split('/', path.startsWith('@') ? 2 : 1).join('/'));
const dependencies = Object.fromEntries(
  [...new Set(names)].sort().map((name) => {
    const version = versions[name];
    if (version === undefined) throw new Error(`${name} is no dependency of this repository`);
    return [name, version];
  }),
);
// The app and its exporters must share one; of the others only types are used.
const { '@opentelemetry/api': _, ...others } = dependencies;
const types = { '@opentelemetry/sdk-logs': '>=0.223.0 <1', '@opentelemetry/sdk-trace-base': '^2.0.0' };
const manifest = {
  name: sdk.name,
  version: sdk.version,
  description: 'OpenTelemetry exporters that cut secrets out and seal in the app, for the Tacet log store',
  keywords: ['opentelemetry', 'exporter', 'logs', 'traces', 'end-to-end-encryption', 'genai'],
  license: root.license,
  type: 'module',
  sideEffects: false,
  exports: { '.': { types: './index.d.ts', default: './index.js' } },
  engines: { node: root.engines.node },
  dependencies: others,
  peerDependencies: { '@opentelemetry/api': '^1.9.0', ...types },
  peerDependenciesMeta: Object.fromEntries(Object.keys(types).map((name) => [name, { optional: true }])),
};
writeFileSync(join(dist, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
copyFileSync(join(folder, 'README.md'), join(dist, 'README.md'));
copyFileSync(join(top, 'LICENSE'), join(dist, 'LICENSE'));

// The compiler declares everything that is imported; the package's own files name nothing of it.
const declared = mkdtempSync(join(dist, 'types-'));
const { status } = spawnSync(
  process.execPath,
  [
    join(top, 'node_modules/typescript/bin/tsc'),
    '--ignoreConfig',
    ...['--declaration', '--emitDeclarationOnly', '--rewriteRelativeImportExtensions', '--skipLibCheck'],
    ...['--target', 'esnext', '--module', 'nodenext', '--types', 'node', '--strict', '--outDir', declared],
    ...['--lib', 'esnext,dom,dom.iterable', '--exactOptionalPropertyTypes', '--rootDir', top],
    join(folder, 'src/index.ts'),
  ],
  { cwd: top, stdio: 'inherit' },
);
if (status !== 0) process.exit(status ?? 1);
cpSync(join(declared, 'packages/sdk/src'), dist, { recursive: true });
rmSync(declared, { recursive: true });
