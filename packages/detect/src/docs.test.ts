import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { GENERIC } from './names/generic.ts';
import { RULES } from './rules/index.ts';

const page = readFileSync(new URL('../../../docs/detection.md', import.meta.url), 'utf8');

it('docs/detection.md lists every kind, and no other', () => {
  const table = page.slice(page.indexOf('## Kinds'));
  const listed = [...table.matchAll(/^\| `([a-z0-9-]+)`/gm)].map((match) => match[1]!);
  const kinds = new Set([
    ...RULES.map((rule) => rule.kind),
    ...Object.values(GENERIC).map((facts) => facts.kind),
    'basic-credentials',
  ]);
  expect(listed).toEqual([...kinds].sort());
});
