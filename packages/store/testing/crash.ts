import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface CrashReport {
  /** Hexadecimal ids of calls that returned. */
  acknowledged: string[];
  /** Ids of calls that were begun; the last call's may or may not be stored. */
  attempted: string[];
}

/** Runs a writer on a store and kills it (SIGKILL) right after its `calls`-th acknowledgement. */
export async function writeAndKill(args: string[], calls: number): Promise<CrashReport> {
  const script = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const report: CrashReport = { acknowledged: [], attempted: [] };
  let done = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, ...ids] = line.split(' ');
    (word === 'done' ? report.acknowledged : report.attempted).push(...ids);
    if (word === 'done' && ++done === calls) child.kill('SIGKILL');
  }
  await exited;
  if (done < calls) throw new Error(`the writer ended by itself after ${done} calls`);
  return report;
}
