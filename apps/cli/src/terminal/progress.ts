import type { Output } from '../io.ts';

export interface Progress {
  /** Shows how far the work is; `detail` is a few words. */
  update(done: number, detail?: string): void;
  /** Takes the bar away, so that something else can be written; the next update brings it back. */
  stop(): void;
}

const SILENT: Progress = { update: () => {}, stop: () => {} };

/**
 * A progress bar on standard error, when that is a terminal; nothing otherwise. `total` 0 means that
 * nobody knows how much there is. `format` gives a number its unit.
 */
export async function progressBar(
  stderr: Output,
  title: string,
  total: number,
  format: (value: number) => string,
): Promise<Progress> {
  if (!stderr.isTTY) return SILENT;
  const { default: bars } = await import('cli-progress');
  const known = total > 0;
  const bar = new bars.SingleBar({
    stream: stderr as NodeJS.WriteStream,
    format: known ? `${title} {bar} {percentage}% {done} {detail}` : `${title} {done} {detail}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    fps: 5,
  });
  let shown = false;
  return {
    update: (done, detail = '') => {
      const payload = { done: format(done), detail };
      const value = known ? Math.min(done, total) : 0;
      if (shown) bar.update(value, payload);
      else bar.start(known ? total : 1, value, payload);
      shown = true;
    },
    stop: () => {
      if (shown) bar.stop();
      shown = false;
    },
  };
}

/** `1.2 GB`, in steps of 1,000. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
