import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Plugin } from 'esbuild';

/** A file found by its place beside the module that uses it. */
const BY_PLACE = /new URL\(\s*'(\.{1,2}\/[^']+)'\s*,\s*import\.meta\.url\s*,?\s*\)/g;

/**
 * Lets bundled modules find the files that they load by their place. All of dist/ is one folder, so
 * `new URL('../kernel.wasm', import.meta.url)` becomes `./kernel.wasm` and the file is copied there;
 * `./child.ts` becomes `./child.js`, and its name and source are put into `programs`, to be bundled as
 * entry points of their own.
 */
export function neighbours(programs: Map<string, string>, folder: string): Plugin {
  return {
    name: 'neighbours',
    setup(build) {
      build.onLoad({ filter: /[\\/](packages|apps)[\\/].*\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        const contents = source.replace(BY_PLACE, (_, place: string) => {
          const target = join(dirname(path), place);
          const name = basename(target);
          if (name.endsWith('.ts')) {
            programs.set(basename(name, '.ts'), target);
            return `new URL('./${basename(name, '.ts')}.js', import.meta.url)`;
          }
          mkdirSync(folder, { recursive: true });
          copyFileSync(target, join(folder, name));
          return `new URL('./${name}', import.meta.url)`;
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}
