/**
 * `npm start`: the whole way of an event, shown on a sample. Founds a workspace, starts the real server,
 * sends it a replica of a leaked log table, searches, and reads the files as a thief would.
 */
import { runThief } from '@tacet/assess';
import { canariesOf } from '@tacet/sample';
import { reportFailure } from '../failure.ts';
import { type Io, STATUS } from '../io.ts';
import { run } from '../main.ts';
import { bytesText, progressBar } from '../terminal/progress.ts';
import { type RunningAgent, startAgent } from './agent.ts';
import { parseOptions } from './options.ts';
import { makePlace, type Place } from './place.ts';
import { SEED, sendSample } from './send.ts';
import { type RunningServer, startServer } from './server.ts';
import { heading, showNext, showSent, showSize, showThief } from './show.ts';

/** Runs the demo; gives its exit status: 0, or 1 when the thief found a canary. */
export async function demo(argv: string[], io: Io): Promise<number> {
  let server: RunningServer | undefined;
  let agent: RunningAgent | undefined;
  try {
    const options = parseOptions(argv);
    io.stdout.write('Tacet demo: logs of an AI platform, taken in, sealed, searched and stolen.\n');
    const place = await makePlace(options.directory, io);
    server = await startServer(place, options.port, io);

    heading(io, `1  Taking events in over HTTP, at ${server.address}`);
    const sent = await sendSample(server.address, place, options.events, io);
    showSent(io, sent);
    heading(io, '3  What is stored');
    await showSize(io, place, sent.bytes);
    await showSearches(place, io);
    const found = await showTheft(place, io);
    heading(io, '6  A key agent holds the operations key: the server has no key that opens or certifies');
    agent = await startAgent(place, io);
    io.stdout.write(
      `  ${agent.said}\n  For this demo only it runs on the machine of the server, and as the same user.\n`,
    );
    if (!options.exit) {
      showNext(io, place, server.address);
      await Promise.race([stopped(io.stop), server.ended]);
    }
    return found > 0 ? STATUS.problem : STATUS.done;
  } catch (error) {
    if (io.stop.aborted) return STATUS.done;
    return reportFailure(error, io, false);
  } finally {
    await agent?.stop();
    await server?.stop();
  }
}

/** One conversation in English and one in Chinese, opened with the owner's keys. */
async function showSearches(place: Place, io: Io): Promise<void> {
  heading(io, '4  Two searches: matched blindly by the server, opened here with the owner’s key');
  const canaries = canariesOf(SEED);
  for (const kind of ['sentence', 'chinese-sentence'] as const) {
    const query = `"${canaries.find((canary) => canary.kind === kind)!.text}"`;
    io.stdout.write(`  tacet search '${query}'\n`);
    await run(
      ['search', query, '--dir', place.data, '--limit', '3', '--purpose', 'demo: find a conversation again'],
      { ...io, env: place.env },
    );
  }
}

/** Reads the files as a thief; gives how many of the planted texts were found. */
async function showTheft(place: Place, io: Io): Promise<number> {
  heading(io, '5  The same texts, and every other planted one, looked for by a thief of the directory');
  const bar = await progressBar(io.stderr, 'reading', 0, bytesText);
  const canaries = canariesOf(SEED).map((canary) => canary.text);
  const report = await runThief({
    dir: place.data,
    canaries,
    onProgress: ({ done }) => bar.update(done),
  }).finally(() => bar.stop());
  showThief(io, report);
  return report.canaries.found.length;
}

function stopped(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  });
}
