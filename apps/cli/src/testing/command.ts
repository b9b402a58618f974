import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { run } from '../main.ts';

/** What a command said and how it ended. */
export interface Outcome {
  status: number;
  stdout: string;
  stderr: string;
}

/** A process that listens. */
export interface Listening {
  address: string;
  process: ChildProcess;
}

const LAUNCHER = join(import.meta.dirname, '../../bin/tacet.js');

/** A person at work, for tests: a home of their own, a folder for directories, commands to run. */
export class Workbench {
  readonly root: string;
  readonly env: Record<string, string>;
  readonly #servers: ChildProcess[] = [];

  private constructor(root: string) {
    this.root = root;
    this.env = { HOME: join(root, 'home'), XDG_CONFIG_HOME: join(root, 'home/.config') };
  }

  static async create(): Promise<Workbench> {
    return new Workbench(await mkdtemp(join(tmpdir(), 'tacet-cli-')));
  }

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  /** Runs a command in this process. `stdin` is what it reads; `env` is added to the person's. */
  async tacet(
    argv: string[],
    given: { stdin?: string | Readable; env?: Record<string, string> } = {},
  ): Promise<Outcome> {
    const [stdout, stderr] = [collector(), collector()];
    const status = await run(argv, {
      stdin: typeof given.stdin === 'object' ? given.stdin : Readable.from([Buffer.from(given.stdin ?? '')]),
      stdout: stdout.stream,
      stderr: stderr.stream,
      env: { ...this.env, ...given.env },
      stop: new AbortController().signal,
    });
    return { status, stdout: stdout.text(), stderr: stderr.text() };
  }

  /** Starts the launcher in a process of its own. */
  start(argv: string[]): ChildProcess {
    return spawn(process.execPath, [LAUNCHER, ...argv], {
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** Starts a server and waits until it says where it listens. */
  serve(directory: string, ...flags: string[]): Promise<Listening> {
    return this.#listening(['serve', '--dir', directory], flags);
  }

  /** Starts a gateway that sends to `url`, likewise. */
  gateway(url: string, state: string, ...flags: string[]): Promise<Listening> {
    return this.#listening(['gateway', '--to', url, '--state', state], flags);
  }

  async #listening(command: string[], flags: string[]): Promise<Listening> {
    const port = flags.includes('--port') ? [] : ['--port', '0'];
    const child = this.start([...command, ...port, ...flags]);
    this.#servers.push(child);
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += chunk;
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      const address = /^tacet: listening on (http:\/\/\S+)$/.exec(line)?.[1];
      if (address === undefined) throw new Error(`unexpected line: ${line}`);
      return { address, process: child };
    }
    throw new Error(`the server did not start: ${said}`);
  }

  /** Ends the servers and removes everything. */
  async remove(): Promise<void> {
    await Promise.all(this.#servers.map((child) => ended(child, 'SIGKILL')));
    await rm(this.root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Sends a signal, when one is named, and gives the exit status once the process has ended. */
export function ended(child: ChildProcess, signal?: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once('exit', (status) => resolve(status));
    if (signal) child.kill(signal);
  });
}

function collector() {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') };
}
