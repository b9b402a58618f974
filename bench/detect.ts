import { createDetector } from '@tacet/detect';
import { type Case, cases, conversations } from './corpora.ts';
import { detectSpeed } from './detect-speed.ts';
import type { Figure } from './figures.ts';

interface Count {
  cases: number;
  reported: number;
}

const detector = createDetector({ fingerprintKey: new Uint8Array(32) });

/** What detection finds in the public cases and in conversations, and how fast it is. */
export async function benchDetect(events: number): Promise<Figure[]> {
  return [...quality(), ...calm(), ...(await detectSpeed(events))];
}

function quality(): Figure[] {
  const all = cases();
  if (!all) {
    process.stderr.write('the corpora are absent: quality is not measured\n');
    return [];
  }
  const bySource = new Map<string, Count>();
  const byRule = new Map<string, Count>();
  for (const one of all) {
    const reported = detector.scan(one.text).length > 0;
    count(bySource, `${one.source} ${one.label}`, reported);
    count(byRule, `${one.label} ${one.source} ${one.rule}`, reported);
  }
  printWrong(byRule);
  return [
    figure('recall on label 1', total(bySource, 1), 0.9, true),
    ...perSource(bySource, all, 1),
    figure('label 0 reported', total(bySource, 0), 0.05, false),
    ...perSource(bySource, all, 0),
  ];
}

function count(counts: Map<string, Count>, key: string, reported: boolean): void {
  const known = counts.get(key) ?? { cases: 0, reported: 0 };
  known.cases++;
  if (reported) known.reported++;
  counts.set(key, known);
}

function total(bySource: Map<string, Count>, label: 0 | 1): Count {
  const sum = { cases: 0, reported: 0 };
  for (const [key, count] of bySource) {
    if (!key.endsWith(` ${label}`)) continue;
    sum.cases += count.cases;
    sum.reported += count.reported;
  }
  return sum;
}

function perSource(bySource: Map<string, Count>, all: readonly Case[], label: 0 | 1): Figure[] {
  return [...new Set(all.map((one) => one.source))].flatMap((source) => {
    const count = bySource.get(`${source} ${label}`);
    return count ? [{ ...figure(`  ${source}`, count), target: `${count.reported} of ${count.cases}` }] : [];
  });
}

function figure(name: string, count: Count, target?: number, atLeast = true): Figure {
  const value = count.reported / count.cases;
  if (target === undefined) return { name, value, unit: '' };
  const met = atLeast ? value >= target : value <= target;
  return { name, value, unit: '', target: `${atLeast ? '≥' : '≤'} ${target}`, met };
}

/** The rules of other tools whose cases were missed, or reported without need. */
function printWrong(byRule: Map<string, Count>): void {
  for (const [key, { cases, reported }] of [...byRule].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const wrong = key.startsWith('1') ? cases - reported : reported;
    if (wrong > 0)
      process.stderr.write(
        `  ${key.startsWith('1') ? 'missed' : 'reported'} ${wrong} of ${cases}: ${key.slice(2)}\n`,
      );
  }
}

/** Real conversations hold no secret: what is reported there is wrong. */
function calm(): Figure[] {
  const all = conversations();
  if (!all) return [];
  let reported = 0;
  for (const { prompt, response } of all)
    reported += detector.scan(prompt).length + detector.scan(response).length;
  const value = (reported / all.length) * 10_000;
  return [
    {
      name: `findings in 10,000 of ${all.length} conversations`,
      value,
      unit: '',
      target: '≤ 1',
      met: value <= 1,
    },
  ];
}
