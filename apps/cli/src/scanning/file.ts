import {
  type Detector,
  type Finding,
  fingerprint,
  KINDS,
  PERSONAL_KINDS,
  type Reason,
  type Seen,
  type Severity,
} from '@tacet/detect';
import type { Sightings } from '@tacet/gateway/places';
import { type Block, blocksOf } from './blocks.ts';
import { jsonPathAt } from './json-path.ts';
import type { PersonalFileFinding } from './personal.ts';
import type { FileFinding, FileReport } from './report.ts';
import { seenIn } from './seen.ts';
import { windowsOf } from './windows.ts';

/** Units of surroundings in an excerpt, on either side. */
const AROUND = 40;
/** A document for which paths are told, in bytes. */
const MAX_DOCUMENT = 4 << 20;
const DOUBTS: ReadonlySet<Reason> = new Set(['form', 'checksum', 'published', 'example']);

/** What scanning a file needs. */
export interface ScanContext {
  readonly detector: Detector;
  /** What is seen in bytes of UTF-8 that may be something. */
  readonly look: (bytes: Buffer) => Sightings;
  readonly severityOf: (kind: string) => Severity;
  /** Keeps track of what was left alone. */
  readonly explain: boolean;
  /** Whether a user's rules leave a file out. */
  readonly skips?: (path: string) => boolean;
  /** The kinds of the user's rules that a file's name alone fulfils. */
  readonly ofPath?: (path: string) => string[];
}

type Report = Omit<FileReport, 'bytes'>;
/** Where a finding stands. */
type Place = Pick<FileFinding, 'line' | 'column' | 'start' | 'end' | 'path'>;
type Spanned = Pick<Finding, 'kind' | 'start' | 'end'>;

/** Of built-in kinds what their rules say, `medium` of personal data; of others, `high`. */
export function severityOf(kind: string): Severity {
  return KINDS.get(kind)?.severity ?? (PERSONAL_KINDS.has(kind) ? 'medium' : 'high');
}

/** Scans the bytes of a file, block after block. */
export async function scanChunks(
  file: string,
  chunks: AsyncIterable<Buffer>,
  context: ScanContext,
  found: (report: FileReport) => void,
): Promise<void> {
  let bytes = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      yield chunk;
    }
  }
  for await (const block of blocksOf(counted())) {
    found({ ...scanBlock(file, block, context), bytes });
    bytes = 0;
  }
}

/** The secrets that begin in a block. */
export function scanBlock(file: string, block: Block, context: ScanContext): Report {
  const report: Report = { findings: [], suppressed: [] };
  const { bytes } = block;
  let document: string | undefined;
  const { detector } = context;
  const sightings = detector.everywhere ? undefined : context.look(bytes);
  const seen = sightings && seenIn(bytes, sightings);
  for (const window of sightings ? windowsOf(bytes, sightings.at) : [{ start: 0, end: bytes.length }]) {
    if (window.end <= block.from || window.start >= block.to) continue;
    const part = block.text(window.start, window.end);
    // One unit a byte in most parts: then there is nothing to measure.
    const narrow = part.length === window.end - window.start;
    const byteOf = (index: number) =>
      window.start + (narrow ? index : Buffer.byteLength(part.slice(0, index)));
    reportText(report, { file, part, seen: seen?.(window, narrow) }, context, (start, end) => {
      const at = byteOf(start);
      if (at < block.from || at >= block.to) return undefined;
      const { line, column, byte } = block.place(at);
      let path: string | undefined;
      if (block.whole && isDocument(bytes)) {
        document ??= block.text(0, bytes.length);
        path = jsonPathAt(document, block.text(0, at).length);
      } else path = pathOnLine(part, start);
      const until = block.place(byteOf(end)).byte;
      return { line, column, start: byte, end: until, ...(path === undefined ? {} : { path }) };
    });
  }
  return report;
}

/**
 * Scans a part of a text and adds to `report` what it holds. `placeOf` tells where a span of the part is,
 * in the order of the spans; undefined for what does not belong to it.
 */
export function reportText(
  report: Report,
  { file, part, seen }: { file: string; part: string; seen?: Seen | undefined },
  context: ScanContext,
  placeOf: (start: number, end: number) => Place | undefined,
): void {
  const { findings, suppressed } = context.detector.explain(part, file, seen);
  // What is doubtful is left out, and is not shown either.
  const hidden = [...findings, ...suppressed.filter(({ reason }) => DOUBTS.has(reason))].sort(inOrder);
  const told = context.explain ? [...findings, ...suppressed].sort(inOrder) : findings;
  for (const one of told) {
    const place = placeOf(one.start, one.end);
    if (!place) continue;
    if ('reason' in one) {
      const { line, column } = place;
      report.suppressed.push({ rule: one.kind, reason: one.reason, file, line, column });
    } else report.findings.push(fileFinding(file, part, one, hidden, place, context));
  }
}

function inOrder(a: Spanned, b: Spanned): number {
  return a.start - b.start;
}

function isDocument(bytes: Buffer): boolean {
  return bytes.length <= MAX_DOCUMENT && /^\s*[{[]\s*\n/.test(bytes.toString('latin1', 0, 64));
}

function pathOnLine(part: string, index: number): string | undefined {
  const start = index === 0 ? 0 : part.lastIndexOf('\n', index - 1) + 1;
  if (!/^\s{0,16}[{[]/.test(part.slice(start, start + 17))) return undefined;
  return jsonPathAt(part.slice(start), index - start);
}

function fileFinding(
  file: string,
  part: string,
  finding: PersonalFileFinding,
  hidden: readonly Spanned[],
  place: Place,
  context: ScanContext,
): FileFinding {
  const excerpt = excerptOf(part, finding, hidden);
  const { kind, by, certain, confidence } = finding;
  return {
    rule: kind,
    file,
    ...place,
    excerpt,
    // Of what has none, where it stands names it, and not what it is.
    fingerprint: finding.fingerprint ?? fingerprint(new Uint8Array(32), kind, `${file}\n${excerpt}`),
    severity: context.severityOf(kind),
    by,
    ...(certain === undefined ? {} : { certain }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

/** The line around a finding, every secret in it replaced by its kind. */
function excerptOf(part: string, finding: Spanned, hidden: readonly Spanned[]): string {
  const lineStart = finding.start === 0 ? 0 : part.lastIndexOf('\n', finding.start - 1) + 1;
  const next = part.indexOf('\n', finding.end);
  const from = Math.max(lineStart, finding.start - AROUND);
  const to = Math.min(next === -1 ? part.length : next, finding.end + AROUND);
  let text = '';
  let done = from;
  for (const { start, end, kind } of hidden) {
    if (end <= from || start >= to) continue;
    text += `${part.slice(done, Math.max(done, start))}[${kind}]`;
    done = Math.max(done, end);
  }
  return (text + part.slice(done, Math.max(done, to))).replace(/\s+/g, ' ').trim();
}
