/** A thread of `tacet scan`: takes names of files, one after another, and answers with what they gave. */
import { parentPort, workerData } from 'node:worker_threads';
import { codeOf } from '@tacet/records';
import { contextOf, type ScanSettings, scanSource } from './job.ts';
import type { FileReport } from './report.ts';

/** What a thread says: of a part of a file, or at its end. */
export type Told =
  | { readonly name: string; readonly report: FileReport }
  | { readonly name: string; readonly ended: true; readonly failure?: string };

const port = parentPort!;
const context = contextOf(workerData as ScanSettings);

port.on('message', (name: string) => {
  const tell = (told: Told) => port.postMessage(told);
  scanSource(name, { path: name }, context, (report) => tell({ name, report })).then(
    () => tell({ name, ended: true }),
    (error: unknown) => tell({ name, ended: true, failure: codeOf(error) ?? 'INTERNAL' }),
  );
});
