import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { listFiles, readInto } from './files.ts';
import { Matcher } from './matcher.ts';
import { Scanner } from './scan.ts';
import { childScript } from './tables.ts';
import { withoutNumbers } from './texts.ts';

/**
 * Texts that an empty PostgreSQL directory holds, without their numbers: its catalogue and the comments of its configuration.
 * Everybody has them, so a report of what a thief learns leaves them out. Empty when no such directory can
 * be made.
 */
export async function stockTexts(temporary: string): Promise<Set<string>> {
  const stock = new Set<string>();
  const path = await mkdtemp(join(temporary, 'tacet-thief-stock-'));
  try {
    const child = spawn(process.execPath, ['--no-warnings', childScript('postgres'), path, 'create'], {
      stdio: 'ignore',
    });
    await new Promise((resolve) => {
      child.on('close', resolve);
      child.on('error', resolve);
    });
    const context = {
      matcher: new Matcher([]),
      onText: (text: string) => void stock.add(withoutNumbers(text)),
    };
    for (const file of await listFiles(path))
      await readInto(file.path, new Scanner(context, file.name), () => undefined);
  } finally {
    await rm(path, { recursive: true, force: true });
  }
  return stock;
}
