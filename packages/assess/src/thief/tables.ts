import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { copyDirectory, type DataDirectory } from './engines.ts';
import { judge, showSample } from './judge.ts';
import { type ColumnMessage, decodeFrames, FRAME } from './messages.ts';
import type { Visible } from './report.ts';
import { type ScanContext, Scanner } from './scan.ts';

export interface TableReport {
  visible: Visible[];
  notes: string[];
}

/** Programs that run in a process of their own; the build turns each into a file of the package. */
const CHILDREN = {
  clickhouse: new URL('./clickhouse-child.ts', import.meta.url),
  postgres: new URL('./postgres-child.ts', import.meta.url),
} as const;

export const childScript = (engine: DataDirectory['engine']) => fileURLToPath(CHILDREN[engine]);

/** Reads all tables of a copy of a data directory, looking for canaries in every column. */
export async function readTables(
  directory: DataDirectory,
  context: ScanContext,
  temporary: string,
  onRead: (bytes: number) => void,
): Promise<TableReport> {
  const copy = await mkdtemp(join(temporary, 'tacet-thief-'));
  try {
    await copyDirectory(directory.path, copy);
    // Left behind by a server that was stopped hard; it is not running on the copy.
    await rm(join(copy, 'postmaster.pid'), { force: true });
    return await readCopy(directory, copy, context, onRead);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

async function readCopy(
  { engine, name }: DataDirectory,
  copy: string,
  context: ScanContext,
  onRead: (bytes: number) => void,
): Promise<TableReport> {
  const report: TableReport = { visible: [], notes: [] };
  const child = spawn(process.execPath, ['--no-warnings', childScript(engine), copy], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => {
    child.on('close', resolve);
    child.on('error', () => resolve(null));
  });
  try {
    await takeFrames(child.stdio[3] as Readable, name, context, report, onRead);
  } catch (error) {
    child.kill();
    throw error;
  }
  if ((await ended) !== 0)
    report.notes.push(`the tables of ${name || '.'} could not be opened with ${engine}`);
  return report;
}

async function takeFrames(
  stream: Readable,
  name: string,
  context: ScanContext,
  report: TableReport,
  onRead: (bytes: number) => void,
): Promise<void> {
  let scanner: Scanner | undefined;
  for await (const { kind, payload } of decodeFrames(stream)) {
    const text = () => Buffer.from(payload).toString('utf8');
    if (kind === FRAME.column) report.visible.push(visibleColumn(JSON.parse(text()), name));
    else if (kind === FRAME.note) report.notes.push(text());
    else if (kind === FRAME.begin) scanner = new Scanner({ matcher: context.matcher }, `table ${text()}`);
    else if (kind === FRAME.data) {
      await scanner?.write(payload);
      onRead(payload.length);
    } else if (kind === FRAME.end) await scanner?.end();
  }
}

function visibleColumn(message: ColumnMessage, directory: string): Visible {
  const samples = message.samples.map((sample) => Buffer.from(sample, 'base64'));
  const { table, column, type, rows, distinct } = message;
  return {
    where: `${directory}${directory ? ': ' : ''}${table}`,
    column,
    type,
    rows,
    distinct,
    judgement: judge(samples, rows, distinct),
    sample: samples.slice(0, 5).map(showSample),
  };
}
