import { readFileSync } from 'node:fs';
import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';
import { scanChunks } from '../apps/cli/src/scanning/file.ts';
import { contextOf, type ScanSettings } from '../apps/cli/src/scanning/job.ts';
import { corpus } from './corpora.ts';
import type { Figure } from './figures.ts';
import { sample } from './sample.ts';

const CHUNK = 256 << 10;
/** secretlint is slow enough to show it on fewer. */
const PEER_LINES = 2000;
/** The first rounds compile. */
const ROUNDS = 4;

/** How fast `tacet scan` reads the sample log on one core, beside secretlint line by line. */
export async function detectSpeed(events: number): Promise<Figure[]> {
  const bytes = readFileSync(sample(Math.min(events, 100_000)));
  const own = await best({ explain: false }, bytes);
  const peer = await secretlint(bytes);
  const figures: Figure[] = [
    { name: 'scan of the sample log, a core', value: own, unit: 'MB/s', target: '≥ 100', met: own >= 100 },
    {
      name: '  beside secretlint, line by line',
      value: own,
      unit: 'MB/s',
      plain: peer,
      ratio: own / peer,
      target: '≥ 20',
      met: own / peer >= 20,
    },
  ];
  const file = corpus('gitleaks.toml');
  if (!file) return figures;
  const rules = [{ name: 'gitleaks.toml', text: readFileSync(file, 'utf8') }];
  const value = await best({ explain: false, rules }, bytes);
  figures.push({ name: '  with gitleaks.toml', value, unit: 'MB/s', target: '≥ 60', met: value >= 60 });
  return figures;
}

/** Megabytes a second of processor time, in the best of a few rounds. */
async function best(settings: ScanSettings, bytes: Buffer): Promise<number> {
  const context = contextOf(settings);
  let most = 0;
  for (let round = 0; round < ROUNDS; round++) {
    async function* chunks() {
      for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
    }
    const before = process.cpuUsage();
    await scanChunks('sample', chunks(), context, () => {});
    most = Math.max(most, bytes.length / used(before));
  }
  return most;
}

async function secretlint(bytes: Buffer): Promise<number> {
  const lines = bytes.toString('utf8').split('\n', PEER_LINES);
  const config = {
    rules: [{ id: '@secretlint/secretlint-rule-preset-recommend', rule: creator, options: {} }],
  };
  const lint = (content: string) =>
    lintSource({
      source: { filePath: 'sample.log', content, ext: '.log', contentType: 'text' },
      options: { config, noPhysicFilePath: true },
    });
  for (const line of lines.slice(0, PEER_LINES / 4)) await lint(line);
  const before = process.cpuUsage();
  for (const line of lines) await lint(line);
  return lines.reduce((sum, line) => sum + line.length, 0) / used(before);
}

/** Microseconds of the processor, so that bytes by them are megabytes a second. */
function used(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
