import { Worker } from 'node:worker_threads';
import type { ScanSettings } from './job.ts';
import type { FileReport } from './report.ts';
import type { Told } from './thread.ts';

/** What becomes of the files, in whatever order. */
export interface Heard {
  report(name: string, report: FileReport): void;
  failed(name: string, code: string): void;
}

/** Scans files in `threads` threads; each takes the next file when it has done one. */
export async function scanInThreads(
  names: readonly string[],
  threads: number,
  settings: ScanSettings,
  heard: Heard,
  stop: AbortSignal,
): Promise<void> {
  const queue = [...names];
  const workers = Array.from({ length: Math.min(threads, names.length) }, () => {
    return new Worker(new URL('./thread.ts', import.meta.url), { workerData: settings });
  });
  const end = () => void Promise.all(workers.map((worker) => worker.terminate()));
  stop.addEventListener('abort', end, { once: true });
  try {
    await Promise.all(workers.map((worker) => work(worker, queue, heard)));
  } finally {
    stop.removeEventListener('abort', end);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  stop.throwIfAborted();
}

function work(worker: Worker, queue: string[], heard: Heard): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const name = queue.shift();
      if (name === undefined) resolve();
      else worker.postMessage(name);
    };
    worker.on('message', (told: Told) => {
      if ('report' in told) heard.report(told.name, told.report);
      else {
        if (told.failure) heard.failed(told.name, told.failure);
        next();
      }
    });
    worker.on('error', reject);
    worker.on('exit', () => resolve());
    next();
  });
}
