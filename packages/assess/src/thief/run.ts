import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { sep } from 'node:path';
import { TacetError } from '@tacet/records';
import { type DataDirectory, findDataDirectories } from './engines.ts';
import { type FoundFile, listFiles, readInto } from './files.ts';
import { keyFiles } from './keys.ts';
import { Matcher } from './matcher.ts';
import type { Judgement, ThiefProgress, ThiefReport, Visible } from './report.ts';
import { type ScanContext, Scanner } from './scan.ts';
import { stockTexts } from './stock.ts';
import { readTables } from './tables.ts';
import { Texts } from './texts.ts';

export interface ThiefOptions {
  /** The directory that was stolen. */
  dir: string;
  /** Texts that must not be found. */
  canaries: readonly string[];
  onProgress?: (progress: ThiefProgress) => void;
  /** Where data directories are copied to before an engine opens them; the system's folder unless told. */
  temporary?: string;
}

/**
 * Reads every file below a directory as its thief would: raw, through every compression and encoding it can
 * undo, and table by table with the database engines but without any key. Uses nothing of the code that
 * sealed. Throws DIRECTORY_MISSING when there is none and FILE_UNREADABLE when it may not be listed;
 * everything else that fails is a note of the report.
 */
export async function runThief(options: ThiefOptions): Promise<ThiefReport> {
  const { dir, canaries, onProgress, temporary = tmpdir() } = options;
  const status = await stat(dir).catch(() => undefined);
  if (!status?.isDirectory()) throw new TacetError('DIRECTORY_MISSING', `there is no directory at ${dir}`);

  const matcher = new Matcher(canaries);
  const directories = await findDataDirectories(dir);
  const postgres = directories.some(({ engine }) => engine === 'postgres');
  const texts = new Texts(postgres ? await stockTexts(temporary) : undefined);
  const context: ScanContext = { matcher, onText: (text, where) => texts.add(text, where) };
  const notes: string[] = [];
  const files = await listFiles(dir, (name, code) => {
    // A report on nothing would look like good news.
    if (name === '') throw new TacetError('FILE_UNREADABLE', `${dir} may not be read`);
    notes.push(`${name} could not be listed (${code})`);
  });

  await scanNames(files, matcher);
  const bytes = await scanFiles(files, context, notes, onProgress);
  const visible: Visible[] = [
    ...texts.report(),
    ...(await keyFiles(files.filter((file) => !isEngineFile(file, directories)))),
  ];
  let read = 0;
  for (const directory of directories) {
    const report = await readTables(directory, context, temporary, (more) => {
      read += more;
      onProgress?.({ phase: 'tables', done: read });
    });
    visible.push(...report.visible);
    notes.push(...report.notes);
  }
  return {
    files: files.length,
    bytes,
    canaries: { tried: canaries.length, too_short: matcher.tooShort, found: matcher.found },
    visible: visible.sort(worstFirst),
    notes,
  };
}

/** Engines keep small files of checksums and bits, which would look like keys. */
function isEngineFile(file: FoundFile, directories: readonly DataDirectory[]): boolean {
  return directories.some(({ path }) => file.path.startsWith(path + sep));
}

async function scanNames(files: readonly FoundFile[], matcher: Matcher): Promise<void> {
  const scanner = new Scanner({ matcher }, 'file names');
  await scanner.write(Buffer.from(files.map((file) => file.name).join('\n')));
  await scanner.end();
}

async function scanFiles(
  files: readonly FoundFile[],
  context: ScanContext,
  notes: string[],
  onProgress: ThiefOptions['onProgress'],
): Promise<number> {
  const total = files.reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  for (const file of files) {
    await readInto(file.path, new Scanner(context, file.name), (read) => {
      done += read;
      onProgress?.({ phase: 'files', done, total: Math.max(total, done) });
    }).catch((error: NodeJS.ErrnoException) => {
      // A running engine may have merged it away since it was listed.
      if (error.code !== 'ENOENT')
        notes.push(`${file.name} could not be read (${error.code ?? 'unknown error'})`);
    });
  }
  return done;
}

const ORDER: readonly Judgement[] = [
  'readable text',
  'key material',
  'identifier',
  'coarse fact',
  'names and settings',
  'binary records',
  'random or ciphertext',
  'empty',
];

function worstFirst(a: Visible, b: Visible): number {
  const order = ORDER.indexOf(a.judgement) - ORDER.indexOf(b.judgement);
  return order || (a.where < b.where ? -1 : a.where > b.where ? 1 : 0);
}
