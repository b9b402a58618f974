import { createDetector, fingerprint } from '@tacet/detect';
import { type LoadedRules, loadRules, type RulesFile } from '@tacet/detect/rules';
import { PlaceFinder } from '@tacet/gateway/places';
import { DEFAULT_LIMITS, openSource, readParquetRows } from '@tacet/receive';
import { type ScanContext, scanChunks, severityOf } from './file.ts';
import { withPersonal } from './personal.ts';
import type { FileFinding, FileReport } from './report.ts';
import { scanRows } from './rows.ts';

/** What every thread needs to know. */
export interface ScanSettings {
  explain: boolean;
  /** The user's rules, each file extending the next; the built-in ones when there are none. */
  rules?: readonly RulesFile[];
  /** Personal data beside secrets. */
  personal?: boolean;
}

/** Fingerprints of a scan are made under this key: the same everywhere, for what nobody can guess. */
const KEY = new Uint8Array(32);

/** Throws RULES_INVALID. */
export function contextOf({ explain, personal, rules: files }: ScanSettings): ScanContext {
  const facts = { severityOf, explain };
  const lookingBy = (own?: Pick<LoadedRules, 'rules' | 'allows'>) => {
    const detector = createDetector({ fingerprintKey: KEY, thorough: true, ...own });
    const finder = new PlaceFinder(detector);
    const secrets = { detector, look: (bytes: Buffer) => finder.find(bytes) };
    return personal ? withPersonal(secrets) : secrets;
  };
  if (!files) return { ...facts, ...lookingBy() };
  const { rules, allows, skips, ofPath } = loadRules(files);
  return {
    ...facts,
    ...lookingBy({ rules, allows }),
    // What a file of rules holds are no secrets.
    skips: (path) => files.some(({ name }) => name === path) || skips(path),
    ofPath,
  };
}

/** Scans one file, or a stream by the name it is given; gzip and zstd are undone. */
export async function scanSource(
  name: string,
  source: { path: string } | { stream: AsyncIterable<Uint8Array> },
  context: ScanContext,
  found: (report: FileReport) => void,
): Promise<void> {
  if ('path' in source) {
    if (context.skips?.(name)) return;
    const findings = context.ofPath?.(name).map((kind) => fileItself(name, kind)) ?? [];
    if (findings.length > 0) found({ findings, suppressed: [], bytes: 0 });
  }
  const opened = await openSource(source);
  if ('path' in source && opened.head.subarray(0, 4).toString('latin1') === 'PAR1') {
    await opened.close();
    let done = 0;
    for await (const rows of readParquetRows(source.path, DEFAULT_LIMITS)) {
      found({ ...scanRows(name, rows, context), bytes: rows.bytes - done });
      done = rows.bytes;
    }
    return;
  }
  await scanChunks(name, opened.chunks, context, found);
}

/** A finding that a file's name alone makes. */
function fileItself(file: string, rule: string): FileFinding {
  return {
    rule,
    file,
    line: 1,
    column: 1,
    start: 0,
    end: 0,
    excerpt: '',
    fingerprint: fingerprint(KEY, rule, file),
    severity: severityOf(rule),
    by: 'name',
  };
}
