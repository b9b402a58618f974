import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Lets another process open a store; gives the code and message of the error that it got, `none` if none. */
export async function openElsewhere(args: string[]): Promise<{ code: string; message?: string }> {
  const script = fileURLToPath(new URL('./lock-child.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args]);
  return JSON.parse(stdout);
}
