/** Compiles the AssemblyScript kernels to WebAssembly; `npm ci` runs it through `prepare`. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '..');
const require = createRequire(import.meta.url);

for (const kernel of ['gateway/assembly', 'receive/assembly', 'receive/assembly/otlp']) {
  const folder = join(root, 'packages', kernel);
  if (!existsSync(folder)) continue;
  const asc = join(dirname(require.resolve('assemblyscript/package.json')), 'bin/asc.js');
  const { status } = spawnSync(
    process.execPath,
    [asc, join(folder, 'index.ts'), '--config', join(folder, 'asconfig.json')],
    { cwd: root, stdio: 'inherit' },
  );
  if (status !== 0) process.exitCode = status ?? 1;
}
