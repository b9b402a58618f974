import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/**
 * What the code of each part may import of the others. `search` has parts of its own: what runs on a server
 * never meets what opens segments. Whatever is not listed may not be imported, and apps import anything.
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  records: [],
  detect: ['records'],
  seal: ['records'],
  store: ['records'],
  receive: ['records'],
  'trail/proof': ['records', 'seal'],
  trail: ['records', 'seal', 'trail/proof'],
  access: ['records'],
  sample: [],
  gateway: ['records', 'receive', 'detect', 'seal', 'access', 'search/wire'],
  sdk: ['records', 'receive', 'gateway'],
  assess: ['records'],
  audit: ['records', 'detect'],
  'search/query': ['records', 'seal'],
  'search/wire': ['records', 'seal', 'store', 'search/query'],
  'search/client': ['records', 'seal', 'trail/proof', 'search/query', 'search/wire'],
  'search/server': [
    'records',
    'seal',
    'store',
    'access',
    'trail',
    'trail/proof',
    'search/query',
    'search/wire',
  ],
};

/** Types alone: erased, they bring no code along. */
const ALLOWED_TYPES: Readonly<Record<string, readonly string[]>> = {
  'search/query': ['store'],
  'search/client': ['store'],
};

/** These also run in a browser: nothing of Node except in files that say so by their name. */
const IN_BROWSERS = [
  'records',
  'detect',
  'seal',
  'search/query',
  'search/wire',
  'search/client',
  'trail/proof',
];
/** Dependencies that only Node can load. */
const NODE_ONLY = /^(node:|chdb|pg$|@clickhouse\/|@electric-sql\/|@hono\/node-server|kysely|commander)/;

interface Import {
  from: string;
  name: string;
  /** Erased before anything runs. */
  type: boolean;
}

const STATEMENT =
  /(?:^|\n)\s*(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/g;

function importsOf(file: string, source: string): Import[] {
  return [...source.matchAll(STATEMENT)].map((match) => ({
    from: file,
    name: match[2] ?? match[3]!,
    type: match[1] !== undefined,
  }));
}

/** The part that a file of the workspace belongs to: `seal`, `search/client`, `apps/server`. */
function partOf(path: string): string {
  const [folder, name, , inner] = path.split('/');
  if (folder !== 'packages') return `apps/${name}`;
  return partWithin(name!, inner);
}

/** Packages with parts of their own: those of `search`, and of the trail what verifies. */
function partWithin(name: string, inner: string | undefined): string {
  if (name === 'search') return `search/${inner}`;
  return name === 'trail' && inner === 'proof' ? 'trail/proof' : name;
}

/** The part that an import leads to; undefined for dependencies and Node. */
function target({ from, name }: Import): string | undefined {
  if (name.startsWith('.')) return partOf(relative(root, join(root, dirname(from), name)));
  const [, workspace, part] = /^@tacet\/([^/]+)(?:\/(.+))?$/.exec(name) ?? [];
  if (workspace === undefined) return undefined;
  if (workspace === 'server' || workspace === 'cli') return `apps/${workspace}`;
  return partWithin(workspace, part);
}

function offence(one: Import): string | undefined {
  const part = partOf(one.from);
  const to = target(one);
  const said = `${one.from} imports ${one.name}`;
  if (part.startsWith('apps/')) return part === 'apps/server' && to === 'search/client' ? said : undefined;
  const allowed = [...(ALLOWED[part] ?? []), ...(one.type ? (ALLOWED_TYPES[part] ?? []) : [])];
  if (to !== undefined && to !== part && !allowed.includes(to)) return said;
  const browser = IN_BROWSERS.includes(part) && !one.from.endsWith('.node.ts') && !one.type;
  return browser && NODE_ONLY.test(one.name) ? said : undefined;
}

const sources = globSync(['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'], { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !path.endsWith('.test.ts') && !path.includes('/testing/'));
const imports = sources.flatMap((path) => importsOf(path, readFileSync(join(root, path), 'utf8')));

describe('imports', () => {
  it('go one way, and leave Node out of what runs in browsers', () => {
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.map(offence).filter(Boolean)).toEqual([]);
  });

  it('reach other packages by their names', () => {
    const strays = imports.filter((one) => one.name.startsWith('.') && crossesPackage(one));
    expect(strays).toEqual([]);
  });

  it('are listed for every part that there is', () => {
    const parts = new Set(sources.map(partOf).filter((part) => !part.startsWith('apps/')));
    for (const part of parts) expect(Object.keys(ALLOWED), part).toContain(part);
  });

  it('form no cycle', () => {
    const seen = new Map<string, 'open' | 'done'>();
    const visit = (part: string, path: string[]): void => {
      expect(seen.get(part), [...path, part].join(' → ')).not.toBe('open');
      if (seen.has(part)) return;
      seen.set(part, 'open');
      for (const next of ALLOWED[part] ?? []) visit(next, [...path, part]);
      seen.set(part, 'done');
    };
    for (const part of Object.keys(ALLOWED)) visit(part, []);
  });
});

describe('the rules', () => {
  const offends = (file: string, line: string) => importsOf(file, line).map(offence).some(Boolean);

  it.each([
    ['packages/store/src/log/x.ts', "import { openSession } from '@tacet/seal';"],
    ['packages/store/src/log/x.ts', "import type { Session } from '@tacet/seal';"],
    ['packages/search/src/server/x.ts', "import { open } from '../client/open.ts';"],
    ['packages/search/src/server/x.ts', "import { open } from '@tacet/search/client';"],
    ['packages/records/src/x.ts', "import { scrub } from '@tacet/detect';"],
    ['packages/assess/src/x.ts', "const { seal } = await import('@tacet/seal');"],
    ['packages/search/src/client/x.ts', "import { openEmbedded } from '@tacet/store';"],
    ['packages/seal/src/x.ts', "import { createHmac } from 'node:crypto';"],
    ['packages/search/src/client/x.ts', "export * from 'pg';"],
    ['apps/server/src/x.ts', "import { search } from '@tacet/search/client';"],
    ['packages/seal/src/x.ts', "import {\n  one,\n  two,\n} from 'node:fs';"],
  ])('catch %s with %s', (file, line) => {
    expect(offends(file, line)).toBe(true);
  });

  it.each([
    ['packages/seal/src/x.node.ts', "import { createHmac } from 'node:crypto';"],
    ['packages/search/src/client/x.ts', "import { openSession } from '@tacet/seal';"],
    ['packages/search/src/client/x.ts', "import type { Formula } from '../wire/formula.ts';"],
    ['packages/search/src/client/x.ts', "import type { Formula } from '@tacet/store';"],
    ['apps/cli/src/x.ts', "import { search } from '@tacet/search/client';"],
  ])('let %s with %s pass', (file, line) => {
    expect(offends(file, line)).toBe(false);
  });
});

function crossesPackage({ from, name }: Import): boolean {
  const folder = (path: string) => path.split('/').slice(0, 2).join('/');
  return folder(relative(root, join(root, dirname(from), name))) !== folder(from);
}
