/** Compiles the AssemblyScript kernels to WebAssembly; `npm ci` runs it through `prepare`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);
const source = join(root, 'packages/gateway/assembly/index.ts');

if (existsSync(source)) {
  const asc = join(dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js');
  const { status } = spawnSync(
    process.execPath,
    [asc, source, '--config', join(root, 'packages/gateway/assembly/asconfig.json')],
    { cwd: root, stdio: 'inherit' },
  );
  process.exitCode = status ?? 1;
}
