import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Workbench } from '../apps/cli/src/testing/command.ts';

let bench: Workbench | undefined;
afterAll(() => bench?.remove());

/** A rule with keywords, one whose pattern has a fixed part, and one that can stand anywhere. */
const RULES = `
[[rules]]
id = "acme-key"
regex = '''(?i)acme[\\w-]{0,20}["']?\\s*[:=]\\s*["']?([a-z0-9]{12})\\b'''
keywords = ["acme"]
[[rules]]
id = "badge"
regex = '''badge#\\d{6}'''
[[rules]]
id = "plate"
regex = '''(?:north|south)-\\d{4}'''
`;

it('rules beside the configuration cut out what is taken in, with keywords or without', async () => {
  bench = await Workbench.create();
  const [directory, file] = [bench.path('store'), bench.path('events.jsonl')];
  await bench.tacet(['init', '--dir', directory]);
  writeFileSync(bench.path('store', 'rules.toml'), RULES);
  const filler = (index: number) => JSON.stringify({ msg: `nothing in ${index}`, level: 'info' });
  const lines = [
    JSON.stringify({ msg: 'opened', acmeKey: '4kj8sqz2lw9x' }),
    JSON.stringify({ msg: 'opened with badge#123456' }),
    JSON.stringify({ msg: 'opened by', deep: JSON.stringify({ car: 'south-1234' }) }),
  ];
  writeFileSync(file, [...lines, ...Array.from({ length: 200 }, (_, index) => filler(index))].join('\n'));
  const imported = await bench.tacet(['import', file, '--dir', directory]);
  expect([imported.status, imported.stderr]).toEqual([0, expect.any(String)]);
  const search = ['search', 'opened', '--dir', directory, '--purpose', 'ticket 1', '--json'];
  const { stdout } = await bench.tacet(search);
  for (const secret of ['4kj8sqz2lw9x', '123456', 'south-1234']) expect(stdout).not.toContain(secret);
  for (const kind of ['acme-key', 'badge', 'plate']) expect(stdout).toContain(`[secret:${kind}]`);
}, 60_000);
