import { writeFileSync } from 'node:fs';

/**
 * Keeps plain text in memory out of core dumps: Linux then writes no memory mappings into them
 * (core(5)). Best effort: elsewhere the administrator decides (`ulimit -c 0`).
 */
export function withoutCoreDumps(): void {
  try {
    writeFileSync('/proc/self/coredump_filter', '0');
  } catch {}
}
