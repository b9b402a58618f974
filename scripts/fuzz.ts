/** `npm run fuzz -- detect --lines 10000000 --seed 1`: mutated lines, none of which may break detection. */
import { parseArgs } from 'node:util';
import { createDetector } from '@tacet/detect';
import { sampleLines } from '@tacet/sample';
import { mutatedLines, wrongWith } from '../packages/detect/src/fuzzing.ts';
import { seeded } from '../packages/detect/src/template.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { lines: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [lines, seed] = [Number(values.lines), Number(values.seed)];
if (positionals[0] !== 'detect' || !Number.isSafeInteger(lines) || lines < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('usage: npm run fuzz -- detect [--lines N] [--seed N]\n');
  process.exit(2);
}

/** A line of a few thousand letters that takes longer hangs. */
const HANG_MS = 5000;
const SHOWN_EVERY = 100_000;

const detector = createDetector({ fingerprintKey: new Uint8Array(32) });
const given = [...sampleLines({ seed, count: 2000 })];
const started = performance.now();
let [slowest, units, done, wrong] = [0, 0, 0, 0];
for (const line of mutatedLines(given, seeded(seed))) {
  const before = performance.now();
  let reason: string | undefined;
  try {
    reason = wrongWith(detector, line);
  } catch (error) {
    reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const took = performance.now() - before;
  slowest = Math.max(slowest, took);
  units += line.length;
  if (took > HANG_MS) reason ??= `took ${Math.round(took)} ms`;
  if (reason !== undefined) {
    wrong++;
    process.stdout.write(`line ${done}: ${reason}\n  ${JSON.stringify(line)}\n`);
  }
  if (++done % SHOWN_EVERY === 0) process.stderr.write(`${done} lines, slowest ${Math.round(slowest)} ms\n`);
  if (done === lines) break;
}
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  `${done} mutated lines, ${Math.round(units / 1e6)} MB in ${Math.round(seconds)} s: ${wrong} wrong, the slowest took ${Math.round(slowest)} ms\n`,
);
process.exitCode = wrong === 0 ? 0 : 1;
