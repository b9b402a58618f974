import { open, readdir, realpath, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { TacetError } from '@tacet/records';

/** Folders that hold what others wrote, or copies of what is beside them. */
const SKIPPED: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules', '.venv', '.terraform']);
/** What a Kubernetes operator installs at once has one or two. */
const MAX_BYTES = 4 << 20;
const MAX_FILES = 100_000;
const MAX_LEVELS = 32;

/** What cannot be read does not end the walk: it is handed over instead. */
export type Walked = { readonly file: string } | { readonly file: string; readonly error: TacetError };

/**
 * The files of what was named, in order, folders to 32 levels, up to 100,000 in all. Links are followed only
 * as long as they stay inside the folder that was named, so that Kubernetes' mounted files are read.
 */
export async function* walk(paths: readonly string[]): AsyncGenerator<Walked> {
  const limit = { left: MAX_FILES };
  const seen = new Set<string>();
  for (const path of paths) {
    try {
      yield* below(path, await realpath(path), 0, limit, seen);
    } catch (error) {
      yield { file: shown(path), error: unreadable(path, error) };
    }
  }
}

async function* below(
  path: string,
  top: string,
  level: number,
  limit: { left: number },
  seen: Set<string>,
): AsyncGenerator<Walked> {
  const real = await realpath(path);
  if ((real !== top && !real.startsWith(top + sep)) || seen.has(real)) return;
  seen.add(real);
  const status = await stat(real);
  if (status.isFile()) {
    if (limit.left-- > 0) yield { file: path };
    else if (limit.left === -1)
      yield {
        file: shown(path),
        error: tooMuch(`${shown(path)} and what follows were not read: more than ${MAX_FILES} files`),
      };
  } else if (status.isDirectory()) {
    if (level >= MAX_LEVELS) {
      yield {
        file: shown(path),
        error: tooMuch(`${shown(path)} was not read: more than ${MAX_LEVELS} levels of folders`),
      };
      return;
    }
    for (const entry of (await readdir(path)).sort()) {
      if (SKIPPED.has(entry)) continue;
      const inner = join(path, entry);
      // A link that leads nowhere is no file.
      if (!(await stat(inner).catch(() => undefined))) continue;
      try {
        yield* below(inner, top, level + 1, limit, seen);
      } catch (error) {
        yield { file: shown(inner), error: unreadable(inner, error) };
      }
    }
  }
}

/**
 * The text of a file.
 *
 * @throws CONFIGURATION_UNREADABLE when it cannot be read, has more bytes than `most` (4 MiB), or is neither UTF-8
 *   nor UTF-16 with its mark, as PowerShell writes it
 */
export async function textOf(path: string, most = MAX_BYTES): Promise<string> {
  try {
    await using handle = await open(path);
    const { size } = await handle.stat();
    // One more than there should be: files below /proc and growing ones say less than they hold.
    const room = Buffer.alloc(Math.min(Math.max(size, 4096), most) + 1);
    const { buffer, bytesRead } = await handle.read({ buffer: room, position: 0 });
    if (bytesRead === room.length || size > most)
      throw tooMuch(`${shown(path)} is larger than ${most >> 20} MiB, or grows`);
    const bytes = buffer.subarray(0, bytesRead);
    return new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

/** A path as findings name it, the same on every system. */
export function shown(path: string): string {
  return path.split(sep).join('/');
}

function tooMuch(message: string): TacetError {
  return new TacetError('CONFIGURATION_UNREADABLE', message);
}

function unreadable(path: string, error: unknown): TacetError {
  if (error instanceof TacetError) return error;
  const reason =
    error instanceof TypeError ? 'no UTF-8' : ((error as NodeJS.ErrnoException).code ?? 'unknown reason');
  return tooMuch(`${shown(path)} cannot be read (${reason})`);
}
