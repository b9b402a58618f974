import { readFile } from 'node:fs/promises';
import { renderThief, runThief } from '@tacet/assess';
import { TacetError } from '@tacet/records';
import { type Io, STATUS } from '../io.ts';
import { bytesText, progressBar } from '../terminal/progress.ts';

export interface ThiefCommandOptions {
  dir: string;
  canaries?: string;
  json?: boolean;
}

const WIDTH = 100;

/** `tacet thief`: reads the directory's files as their thief would and says what is visible. */
export async function thief(options: ThiefCommandOptions, io: Io): Promise<number> {
  const canaries = options.canaries === undefined ? [] : await readLines(options.canaries);
  const bar = await progressBar(io.stderr, 'reading', 0, bytesText);
  const report = await runThief({
    dir: options.dir,
    canaries,
    onProgress: ({ done }) => bar.update(done),
  }).finally(() => bar.stop());
  const colour = io.stdout.isTTY === true && !io.env.NO_COLOR;
  const text = options.json
    ? `${JSON.stringify(report)}\n`
    : renderThief(report, { colour, width: io.stdout.columns ?? WIDTH });
  io.stdout.write(text);
  return report.canaries.found.length > 0 ? STATUS.problem : STATUS.done;
}

async function readLines(path: string): Promise<string[]> {
  try {
    return (await readFile(path, 'utf8')).split(/\r?\n/).filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new TacetError('FILE_UNREADABLE', `there is no file ${path}`);
  }
}
