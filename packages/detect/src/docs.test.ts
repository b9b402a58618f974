import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KINDS } from './kinds.ts';

const page = readFileSync(new URL('../../../docs/kinds.md', import.meta.url), 'utf8');

it('docs/kinds.md lists every kind as it is, and no other', () => {
  const listed = [...page.matchAll(/^\| `([a-z0-9-]+)` \| .* \| (\w+) \| \[([\w-]+)\]/gm)].map((match) =>
    match.slice(1, 4),
  );
  const kinds = [...KINDS.values()].map(({ kind, severity, rotation }) => [kind, severity, rotation]);
  expect(listed).toEqual(kinds.sort(([a], [b]) => (a! < b! ? -1 : 1)));
});
