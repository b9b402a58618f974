import { once } from 'node:events';
import { CHECKPOINT, parseCheckpoint, readNote, toOcsf } from '@tacet/trail';
import { type Io, STATUS } from '../../io.ts';
import { wholeNumber } from '../../options.ts';
import { readEntries } from '../../trailing/entries.ts';
import { findTrail, type TrailPlace } from '../../trailing/place.ts';

export interface ExportOptions extends TrailPlace {
  from: string;
}

/** `tacet trail export`: entries as OCSF JSON lines. */
export async function exportTrail(options: ExportOptions, io: Io): Promise<number> {
  const from = wholeNumber('--from', options.from, 0, Number.MAX_SAFE_INTEGER);
  const { source } = await findTrail(options, io);
  const note = await readNote(source, CHECKPOINT);
  const origin = note === undefined ? '' : parseCheckpoint(note).origin;
  for await (const { index, entry } of readEntries(source, from))
    if (!io.stdout.write(`${JSON.stringify(toOcsf(entry, origin, index))}\n`)) await once(io.stdout, 'drain');
  return STATUS.done;
}
