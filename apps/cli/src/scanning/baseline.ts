import { TacetError } from '@tacet/records';
import { readText } from './read.ts';
import type { FileFinding } from './report.ts';

/**
 * What was found before, from a file that `tacet scan --json` wrote: a finding is known by its rule, its
 * file and its fingerprint, wherever in the file it stands now.
 *
 * @throws FILE_UNREADABLE, FILE_INVALID
 */
export async function readBaseline(path: string): Promise<(finding: FileFinding) => boolean> {
  const text = await readText(path);
  const known = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      const finding = JSON.parse(line) as Partial<FileFinding>;
      if (typeof finding.fingerprint === 'string') known.add(keyOf(finding as FileFinding));
    } catch {
      throw new TacetError(
        'FILE_INVALID',
        `line ${index + 1} of the baseline is no JSON: tacet scan --json writes one`,
      );
    }
  }
  return (finding) => known.has(keyOf(finding));
}

function keyOf({ rule, file, fingerprint }: FileFinding): string {
  return JSON.stringify([rule, file, fingerprint]);
}
