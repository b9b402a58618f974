/** Writes docs/kinds.md from the rules: `node scripts/kinds.ts`. A test holds both together. */
import { writeFileSync } from 'node:fs';
import { KINDS, type KindFacts } from '@tacet/detect';

const HEAD = `# Kinds of secrets

What detection finds, written by \`node scripts/kinds.ts\` from the rules. *Replaced* says how:
[detection.md](detection.md#replacing-what-leaked). *Print* says whether a fingerprint stands beside the kind;
where the value may have been chosen by a person, none does.

| kind | whose | opens | severity | replaced | print |
| --- | --- | --- | --- | --- | --- |
`;

function row({ kind, provider, opens, severity, rotation, revoke, fingerprint }: KindFacts): string {
  const page = revoke.startsWith('docs/') ? revoke.slice('docs/'.length) : revoke;
  return `| \`${kind}\` | ${provider} | ${opens} | ${severity} | [${rotation}](${page}) | ${fingerprint ? 'yes' : 'no'} |`;
}

const rows = [...KINDS.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1)).map(row);
writeFileSync(new URL('../docs/kinds.md', import.meta.url), `${HEAD}${rows.join('\n')}\n`);
