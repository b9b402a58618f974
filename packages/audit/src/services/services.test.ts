import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { objectListing, SERVICES } from './index.ts';
import { LANGFUSE_SIGN_UP } from './langfuse.ts';
import { VLLM_KEY_COVERS_PART } from './vllm.ts';

const ALL = [...SERVICES, ...objectListing('bucket')];
const CHECKS = [...ALL.map(({ check }) => check), VLLM_KEY_COVERS_PART, LANGFUSE_SIGN_UP];

describe('the services', () => {
  it('have names and checks of their own, that say why and how', () => {
    for (const names of [ALL.map(({ service }) => service), CHECKS.map(({ id }) => id)])
      expect(names).toEqual([...new Set(names)]);
    for (const { service, packets, ports } of ALL) {
      expect(service).toMatch(/^[a-z0-9-]+$/);
      expect([packets.length > 0, ports.length > 0]).toEqual([true, true]);
    }
    for (const { id, title, why, fix, references } of CHECKS) {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect([title.length > 10, why.length > 30, fix.length > 30]).toEqual([true, true, true]);
      for (const page of references) expect(page).toMatch(/^https:\/\/[^\s]+$/);
      expect(references.length).toBeGreaterThan(0);
    }
  });

  const page = readFileSync(new URL('../../../../docs/audit.md', import.meta.url), 'utf8');
  const section = page.split('\n## Services\n')[1]!.split('\n## ')[0]!;

  it('are in the documentation, and only they', () => {
    const rows = section.split('\n').filter((line) => line.startsWith('| ') && line.includes('(`'));
    expect(
      rows
        .map((row) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')))
        .map(([a, b, , , , f]) => [a, b, f]),
    ).toEqual(
      ALL.map(({ service, name, ports, check, optIn }) => [
        `${name}${optIn ? ' *' : ''} (\`${service}\`)`,
        ports.join(', '),
        `\`${check.id}\`, ${check.severity}`,
      ]),
    );
    for (const { id, severity } of [VLLM_KEY_COVERS_PART, LANGFUSE_SIGN_UP])
      expect(section.replaceAll('\n', ' ')).toContain(`\`${id}\` (${severity})`);
  });

  it('are said to be untried where no test has a real server of theirs', () => {
    const tried = readFileSync(new URL('./real.test.ts', import.meta.url), 'utf8');
    const untried = /No server was at hand for ([^:]+):/.exec(section)![1]!;
    expect([...untried.matchAll(/`([a-z0-9-]+)`/g)].map(([, service]) => service)).toEqual(
      ALL.map(({ service }) => service).filter((service) => !tried.includes(`'${service}'`)),
    );
  });
});
