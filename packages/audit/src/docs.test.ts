import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CLOUD_CHECKS } from './cloud/cloud.ts';
import { CONFIGURATION_CHECKS } from './configuration/configuration.ts';
import { type Check, SEVERITIES } from './finding.ts';

const PAGE = join(import.meta.dirname, '../../../docs/audit-checks.md');

function table(checks: ReadonlyMap<string, Check>): string {
  const cell = (text: string) => text.replaceAll('|', '\\|');
  const rows = [...checks.values()]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ id, severity, title, fix, references }) => {
      const pages = references.map((page, at) => `[${at + 1}](${page})`).join(' ');
      return `| \`${id}\` | ${severity} | ${cell(title)} | ${cell(fix)} | ${pages} |`;
    });
  return ['| id | severity | what | fix | pages |', '|---|---|---|---|---|', ...rows].join('\n');
}

/** Written anew by `npx vitest run packages/audit/src/docs.test.ts -u`. */
it('docs/audit-checks.md lists every check', async () => {
  for (const { id, severity } of [...CONFIGURATION_CHECKS.values(), ...CLOUD_CHECKS.values()])
    expect(SEVERITIES, id).toContain(severity);
  await expect(
    `# Checks of files and clouds

What [the audit](audit.md) looks for in configuration files (${CONFIGURATION_CHECKS.size}) and in clouds
(${CLOUD_CHECKS.size}). The severity is that of the usual case: a finding says when its own is another. Each check has an
example with the fault and one without in \`packages/audit/examples\`.

## Configuration

${table(CONFIGURATION_CHECKS)}

## Clouds

${table(CLOUD_CHECKS)}
`,
  ).toMatchFileSnapshot(PAGE);
});
