import type { SearchProblem, SearchProgress } from '@tacet/search/client';
import type { Io } from '../io.ts';
import { progressBar } from '../terminal/progress.ts';
import { harmless } from '../terminal/text.ts';

/**
 * Says on standard error, once, that a search opens every segment, and what could not be shown. How far it is
 * is shown for such a search, or `always`.
 */
export async function reporter(io: Io, json: boolean, { title, always }: { title: string; always: boolean }) {
  const bar = await progressBar(io.stderr, title, 0, (segments) => `${segments} segments opened`);
  const say = (facts: object, text: string) => {
    bar.stop();
    io.stderr.write(`${json ? JSON.stringify(facts) : `tacet: ${harmless(text)}`}\n`);
  };
  let told = false;
  return {
    progress: ({ scans, opened, shown, events }: SearchProgress) => {
      if (scans && !told)
        say(
          { scans: { events } },
          `no word of this query is in the index: every segment in the range is opened (${events} events in all)`,
        );
      told ||= scans;
      if (scans || always) bar.update(opened, `${shown} found`);
    },
    problem: (problem: SearchProblem) => {
      const { code, message, segment, session } = problem;
      const where = segment ? ` (segment ${segment})` : session ? ` (session ${session})` : '';
      say({ problem }, `${code}: ${message}${where}`);
    },
    stop: () => bar.stop(),
  };
}
