import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const START_MS = 45_000;

/** A server of a test, on this machine only. */
export interface Started {
  readonly port: number;
  /** Its own; deleted with it. */
  readonly directory: string;
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

export interface Program {
  readonly program: string;
  readonly args: (port: number, directory: string) => readonly string[];
  /** User and group, where a program refuses to run as root. */
  readonly as?: { readonly uid: number; readonly gid: number };
  readonly env?: (port: number, directory: string) => Readonly<Record<string, string>>;
  /** Writes what it needs to start. */
  readonly prepare?: (port: number, directory: string) => Promise<void> | void;
}

/** Where a program is; undefined when this machine has none: its tests are skipped. */
export function programOf(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isRunnable);
}

export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A port that nothing listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const settle = (up: boolean) => {
      socket.destroy();
      resolve(up);
    };
    socket.on('connect', () => settle(true)).on('error', () => settle(false));
  });
}

/** Runs a program until it ends; throws when it fails. */
export async function finish(
  program: string,
  args: readonly string[],
  { as, input = '' }: { as?: { uid: number; gid: number } | undefined; input?: string } = {},
): Promise<void> {
  const child = spawn(program, args, { ...as, cwd: tmpdir(), stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => {}).end(input);
  const code = await new Promise((resolve, reject) => child.on('exit', resolve).on('error', reject));
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

/** Starts a server in a process group of its own and waits until its port answers. */
export async function start({ program, args, as, env, prepare }: Program): Promise<Started> {
  const directory = mkdtempSync(join(tmpdir(), 'tacet-audited-'));
  const port = await freePort();
  await prepare?.(port, directory);
  const child = spawn(program, args(port, directory), {
    ...as,
    cwd: directory,
    env: { ...process.env, ...env?.(port, directory) },
    detached: true,
    stdio: 'ignore',
  });
  const ended = new Promise<void>((resolve) =>
    child.on('exit', () => resolve()).on('error', () => resolve()),
  );
  let over = false;
  void ended.then(() => {
    over = true;
  });
  // A test that fails before its `stop` must not leave a server behind.
  const kill = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended already.
    }
  };
  process.once('exit', kill);
  const stop = async () => {
    kill();
    await ended;
    process.removeListener('exit', kill);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  };
  const limit = performance.now() + START_MS;
  while (!(await listens(port))) {
    if (over || performance.now() > limit) {
      await stop();
      throw new Error(`${program} did not start`);
    }
    await delay(25);
  }
  return { port, directory, child, stop };
}
