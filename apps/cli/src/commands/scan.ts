import { availableParallelism } from 'node:os';
import { KINDS } from '@tacet/detect';
import { loadRules, readRules } from '@tacet/detect/rules';
import { codeOf, TacetError } from '@tacet/records';
import { type Io, STATUS } from '../io.ts';
import { readBaseline } from '../scanning/baseline.ts';
import { contextOf, type ScanSettings, scanSource } from '../scanning/job.ts';
import { scanInThreads } from '../scanning/pool.ts';
import { readText } from '../scanning/read.ts';
import type { FileFinding, FileReport, FileSuppressed } from '../scanning/report.ts';
import { sarif } from '../scanning/sarif.ts';
import { type ScanSource, sourcesOf } from '../scanning/sources.ts';
import { bytesText, progressBar } from '../terminal/progress.ts';
import { harmless } from '../terminal/text.ts';

export interface ScanCommandOptions {
  json?: boolean;
  sarif?: boolean;
  baseline?: string;
  explain?: boolean;
  rules?: string;
  personal?: boolean;
  threads?: string;
}

const MAX_THREADS = 64;
const STDIN = '-';

/** `tacet scan`: finds secrets in files, folders and standard input, without a directory of Tacet. */
export async function scan(names: string[], options: ScanCommandOptions, io: Io): Promise<number> {
  if (options.json && options.sarif) throw new TacetError('USAGE', '--json and --sarif exclude each other');
  const threads = threadsOf(options.threads);
  const known = options.baseline === undefined ? () => false : await readBaseline(options.baseline);
  const rules = options.rules === undefined ? undefined : await readRules(options.rules, readText);
  const descriptions = rules ? loadRules(rules).descriptions : new Map<string, string>();
  const settings = {
    explain: options.explain === true,
    personal: options.personal === true,
    ...(rules ? { rules } : {}),
  };
  const sources = await sourcesOf(names);
  const total = new Totals(io, options, known, descriptions);
  const bar = await progressBar(io.stderr, 'scanning', sizeOf(sources), bytesText);
  const heard = {
    report: (name: string, report: FileReport) => {
      bar.update(total.bytes + report.bytes, harmless(name));
      if (report.findings.length > 0 || report.suppressed.length > 0) bar.stop();
      total.add(report);
    },
    failed: (name: string, code: string) => {
      bar.stop();
      total.fail(name, code);
    },
  };
  try {
    await scanAll(sources, threads, settings, heard, io);
  } finally {
    bar.stop();
  }
  return total.end(sources.length);
}

function threadsOf(value: string | undefined): number {
  if (value === undefined) return Math.min(MAX_THREADS, availableParallelism());
  const threads = Number(value);
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS)
    throw new TacetError('USAGE', `--threads takes a number from 1 to ${MAX_THREADS}`);
  return threads;
}

function sizeOf(sources: readonly ScanSource[]): number {
  return sources.some(({ size, name }) => name === STDIN || (size === 0 && sources.length === 1))
    ? 0
    : sources.reduce((sum, { size }) => sum + size, 0);
}

interface Heard {
  report(name: string, report: FileReport): void;
  failed(name: string, code: string): void;
}

async function scanAll(
  sources: readonly ScanSource[],
  threads: number,
  settings: ScanSettings,
  heard: Heard,
  io: Io,
): Promise<void> {
  const files = sources.filter(({ name }) => name !== STDIN);
  if (threads > 1 && files.length > 1) {
    const names = files.map(({ name }) => name);
    await scanInThreads(names, threads, settings, heard, io.stop);
  }
  const context = contextOf(settings);
  for (const { name } of sources) {
    if (name !== STDIN && threads > 1 && files.length > 1) continue;
    io.stop.throwIfAborted();
    const source = name === STDIN ? { stream: stoppable(io) } : { path: name };
    await scanSource(name, source, context, (report) => {
      io.stop.throwIfAborted();
      heard.report(name, report);
    }).catch((error: unknown) => {
      if (io.stop.aborted) throw error;
      heard.failed(name, codeOf(error) ?? 'INTERNAL');
    });
  }
}

/** Standard input; who waits for what does not come must be able to stop. */
function stoppable(io: Io): AsyncIterable<Uint8Array> {
  io.stop.addEventListener('abort', () => io.stdin.destroy(), { once: true });
  return io.stdin;
}

/** Writes what is found, and keeps count. */
class Totals {
  readonly #io: Io;
  readonly #options: ScanCommandOptions;
  readonly #known: (finding: FileFinding) => boolean;
  /** Of the kinds of a user's rules. */
  readonly #descriptions: ReadonlyMap<string, string>;
  readonly #findings: FileFinding[] = [];
  readonly #reasons = new Map<string, number>();
  #count = 0;
  #before = 0;
  #failures = 0;
  bytes = 0;

  constructor(
    io: Io,
    options: ScanCommandOptions,
    known: (finding: FileFinding) => boolean,
    descriptions: ReadonlyMap<string, string>,
  ) {
    this.#io = io;
    this.#options = options;
    this.#known = known;
    this.#descriptions = descriptions;
  }

  add({ findings, suppressed, bytes }: FileReport): void {
    this.bytes += bytes;
    for (const finding of findings) {
      if (this.#known(finding)) {
        this.#before++;
        continue;
      }
      this.#count++;
      if (this.#options.sarif) this.#findings.push(finding);
      else
        this.#write(
          this.#options.json
            ? JSON.stringify(finding)
            : findingText(finding, this.#descriptions.get(finding.rule)),
        );
    }
    for (const one of suppressed) {
      this.#reasons.set(one.reason, (this.#reasons.get(one.reason) ?? 0) + 1);
      if (!this.#options.sarif)
        this.#write(this.#options.json ? JSON.stringify({ suppressed: one }) : suppressedText(one));
    }
  }

  fail(name: string, code: string): void {
    this.#failures++;
    this.#io.stderr.write(`tacet: ${code}: ${harmless(name)} was not scanned to its end\n`);
  }

  end(files: number): number {
    if (this.#options.sarif) this.#write(JSON.stringify(sarif(this.#findings, this.#descriptions)));
    if (!this.#options.json && !this.#options.sarif) this.#summary(files);
    if (this.#failures > 0) return STATUS.failure;
    return this.#count > 0 ? STATUS.problem : STATUS.done;
  }

  #summary(files: number): void {
    const before = this.#before > 0 ? `, ${this.#before} known before` : '';
    const reasons = [...this.#reasons]
      .sort((a, b) => b[1] - a[1])
      .map(([reason, times]) => `${reason} ${times}`);
    this.#io.stderr.write(
      `${this.#count} ${this.#options.personal ? 'finding' : 'secret'}${this.#count === 1 ? '' : 's'}${before} in ${files} ${files === 1 ? 'file' : 'files'}, ${bytesText(this.bytes)}\n` +
        (reasons.length > 0 ? `left alone: ${reasons.join(', ')}\n` : ''),
    );
  }

  #write(line: string): void {
    this.#io.stdout.write(`${line}\n`);
  }
}

const BECAUSE = {
  form: 'by its form',
  surroundings: 'by what stands around it',
  encoding: 'inside an encoded value',
  name: 'by its name',
} as const;

function findingText(finding: FileFinding, description: string | undefined): string {
  const { rule, file, line, column, path, excerpt, severity, by, certain, confidence } = finding;
  const facts = KINDS.get(rule);
  const why = `${BECAUSE[by]}${certain === true ? ', its checksum holds' : ''}${confidence ? `, confidence ${confidence}` : ''}`;
  const opens = facts ? `; opens ${facts.opens}; revoke: ${facts.revoke}` : '';
  return [
    `${harmless(file)}:${line}:${column}  ${severity}  ${rule}${path === undefined ? '' : `  ${harmless(path)}`}`,
    ...(excerpt === '' ? [] : [`  ${harmless(excerpt)}`]),
    `  ${why}${description === undefined ? opens : `; ${harmless(description)}`}`,
  ].join('\n');
}

function suppressedText({ rule, reason, file, line, column }: FileSuppressed): string {
  return `${harmless(file)}:${line}:${column}  left alone  ${rule}: ${reason}`;
}
