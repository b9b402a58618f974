import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../connect.ts';

/** How much there is, as far as this place can know: ingest tokens are never told sizes. */
export interface Stored {
  segments: number | null;
  bytes: number | null;
}

/**
 * What is stored right now. In this process: exact. With a running server: its count of segments and
 * the size of `logs` (when the directory is here), both of which other writers change too.
 */
export async function storedNow(connection: Connection, logs: string | undefined): Promise<Stored> {
  const { local } = connection;
  if (local) {
    const { bytes } = await local.stores.log.stats();
    return { segments: local.gateway()?.totals.segments ?? 0, bytes };
  }
  return { segments: await countSegments(connection), bytes: logs === undefined ? null : await sizeOf(logs) };
}

/** What was added between two looks; merging may have made the store smaller. */
export function difference(before: Stored, after: Stored): Stored {
  const less = (a: number | null, b: number | null) => (a === null || b === null ? null : Math.max(0, b - a));
  return { segments: less(before.segments, after.segments), bytes: less(before.bytes, after.bytes) };
}

async function countSegments(connection: Connection): Promise<number | null> {
  try {
    const response = await connection.send(new Request(`${connection.base}/metrics`));
    const found = /^tacet_segments_total (\d+)$/m.exec(await response.text());
    return found ? Number(found[1]) : null;
  } catch {
    // The import itself will say that there is no answer.
    return null;
  }
}

/** Bytes of all files below a folder; files and folders that vanish meanwhile do not count. */
async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sizeOf(path);
    return entry.isFile() ? ((await stat(path).catch(() => undefined))?.size ?? 0) : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
