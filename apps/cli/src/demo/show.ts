import { join, relative } from 'node:path';
import { renderThief, type ThiefReport, type Visible } from '@tacet/assess';
import type { Io } from '../io.ts';
import { bytesText } from '../terminal/progress.ts';
import { painter } from '../terminal/text.ts';
import type { Place } from './place.ts';
import type { SentSample } from './send.ts';
import { storedBytes } from './size.ts';

const KINDS_SHOWN = 10;
const WIDTH = 100;
const INDENT = '  ';

/** What is worth a newcomer's time; the rest is counted. The view of the events stands for the segments. */
function worthShowing({ judgement, where }: Visible): boolean {
  if (judgement === 'coarse fact' || judgement === 'identifier') return where.endsWith(': tacet.events');
  return judgement === 'readable text' || judgement === 'key material';
}

export function heading(io: Io, text: string): void {
  io.stdout.write(`\n${painter(io.stdout, io.env)('bold', text)}\n`);
}

const number = (value: number) => value.toLocaleString('en-US');

/** What was taken in and what was cut out of it. */
export function showSent(io: Io, { events, bytes, secrets, seconds }: SentSample): void {
  io.stdout.write(
    `  ${number(events)} events, ${bytesText(bytes)} of JSON lines, in ${seconds.toFixed(1)} s\n`,
  );
  const kinds = [...secrets].sort((a, b) => b[1] - a[1]);
  const total = kinds.reduce((sum, [, count]) => sum + count, 0);
  heading(io, `2  ${number(total)} secrets were cut out before anything was kept`);
  for (const [kind, count] of kinds.slice(0, KINDS_SHOWN)) {
    io.stdout.write(`  ${String(count).padStart(6)}  ${kind}\n`);
  }
  const rest = kinds.slice(KINDS_SHOWN);
  if (rest.length > 0) {
    const count = rest.reduce((sum, [, found]) => sum + found, 0);
    io.stdout.write(`  ${String(count).padStart(6)}  of ${rest.length} other kinds\n`);
  }
}

/** Bytes below the folder of the log engine, against the JSON lines that came in. */
export async function showSize(io: Io, place: Place, plain: number): Promise<void> {
  const stored = await storedBytes(join(place.data, 'logs'));
  const share = ((100 * stored) / plain).toFixed(0);
  io.stdout.write(
    `  ${bytesText(stored)} with search filters and clear columns, ${share} % of ${bytesText(plain)} in plain\n`,
  );
}

/** What the thief found, without the engines' own settings and the ciphertext. */
export function showThief(io: Io, report: ThiefReport): void {
  const visible = report.visible.filter(worthShowing);
  const text = renderThief(
    { ...report, visible },
    {
      colour: Boolean(io.stdout.isTTY) && !io.env.NO_COLOR,
      width: (io.stdout.columns ?? WIDTH) - INDENT.length,
    },
  );
  io.stdout.write(text.replace(/^(?=.)/gm, INDENT));
  const left = report.visible.length - visible.length;
  io.stdout.write(
    `\n${INDENT}${left} more: the same facts by segment, ciphertext, random bytes, engine settings.\n`,
  );
}

/** How to go on: where to send, how to read. */
export function showNext(io: Io, place: Place, address: string): void {
  const file = (path: string) => relative(process.cwd(), path) || '.';
  heading(io, 'The server is up: send it your own');
  io.stdout.write(
    [
      '  OpenTelemetry, logs and traces, HTTP with protobuf or JSON:',
      `    export OTEL_EXPORTER_OTLP_ENDPOINT=${address}`,
      '    export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf',
      `    export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer%20$(cat ${file(place.ingestToken)})"`,
      '  Find it again:',
      `    npx tacet search 'your words' --dir ${file(place.data)} --purpose 'trying it' \\`,
      `      --identity ${file(place.identity)} --passphrase-file ${file(place.passphrase)} \\`,
      `      --token-file ${file(place.readerToken)}`,
      '  Everything a thief of the files sees:',
      `    npx tacet thief --dir ${file(place.data)}`,
      '',
      '  Ctrl+C stops it. This is a demo: the passphrase lies beside the identity. `npx tacet init` makes a',
      '  store of your own.',
      '',
    ].join('\n'),
  );
}
