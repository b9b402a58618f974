import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface ChildResult<T> {
  result: T;
  /** Wall time of the part that the script measured, seconds. */
  seconds: number;
  /** User and system time of that part, seconds. */
  cpu: number;
  /** Peak resident memory of the whole process, bytes. */
  peak: number;
}

const TASKSET = spawnSync('taskset', ['-c', '0', 'true']).status === 0;

/**
 * Runs a measured script of bench/run in a process of its own: the engine allows one data directory
 * a process, and peak memory is a process's. `oneCore` pins it where the machine has `taskset`.
 */
export function runChild<T>(script: string, options: object, oneCore = false): Promise<ChildResult<T>> {
  const path = join(import.meta.dirname, 'run', `${script}.ts`);
  const command = [process.execPath, path, JSON.stringify(options)];
  if (oneCore && TASKSET) command.unshift('taskset', '-c', '0');
  return new Promise((resolve, reject) => {
    const child = spawn(command[0]!, command.slice(1), { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const last = text.trimEnd().split('\n').at(-1) ?? '';
      if (code === 0) resolve(JSON.parse(last) as ChildResult<T>);
      else reject(new Error(`${script} ended with status ${code}`));
    });
  });
}

/** In a script: the options it was given. */
export function options<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/**
 * In a script: measures `work` and prints its result for `runChild`, with what `after` finds out when
 * the measuring is over.
 */
export async function report<T extends object>(
  work: () => Promise<T>,
  after?: () => Promise<object>,
): Promise<void> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const peak = process.resourceUsage().maxRSS * 1024;
  Object.assign(result, await after?.());
  process.stdout.write(`${JSON.stringify({ result, seconds, cpu: (user + system) / 1e6, peak })}\n`);
}
