import { KINDS, seeker } from '@tacet/detect';
import { readOwnRules } from '@tacet/gateway/files';
import { codeOf, type Event, SEALED_TEXT, TacetError } from '@tacet/records';
import { type Authority, CAPABILITY, toHex } from '@tacet/seal';
import type { Query } from '@tacet/search/query';
import { type Io, STATUS } from '../io.ts';
import { type Reading, type ReadingOptions, withReading } from '../searching/reading.ts';
import { reporter } from '../searching/reporter.ts';
import { instantText, momentText } from '../searching/show.ts';
import { fingerprintKeys } from '../secrets/fingerprint-keys.ts';
import { factsOf } from '../secrets/inventory.ts';
import { kindsIn } from '../secrets/kinds.ts';
import { markersOf, type Placed } from '../secrets/markers.ts';
import { askHidden } from '../terminal/ask.ts';
import { countText, harmless, painter } from '../terminal/text.ts';

export interface FindOptions extends ReadingOptions {
  fingerprintKey?: string[];
}

/** Bytes of a secret and what stands around it; private keys have a few thousand. */
const MOST_BYTES = 64 * 1024;
/** Fingerprints in one search: a match takes a few more tokens. */
const AT_ONCE = 60;

/** `tacet secret find -`: where and when a secret was logged, by its fingerprints. Status 1 when it was. */
export async function find(input: string, options: FindOptions, io: Io): Promise<number> {
  if (input !== '-')
    throw new TacetError('USAGE', 'a secret is never an argument: pipe it in, tacet secret find - < FILE');
  const text = await readSecret(io);
  const json = options.json === true;
  return withReading(options, io, async (reading) => {
    const keys = await fingerprintKeys(options.fingerprintKey ?? [], {
      dir: options.dir,
      known: reading.entry?.fingerprintKeyFile,
    });
    const own = options.dir === undefined ? undefined : await readOwnRules(options.dir);
    const { found, guessable, names } = seeker(keys, own)(text, await kindsToTry(reading));
    const report = await reporter(io, json, { title: 'looking', always: true });
    const wanted = new Set(names.map(({ fingerprint }) => fingerprint));
    const seen: Seen = { events: new Set(), complete: true, kinds: new Set() };
    try {
      for (let at = 0; at < names.length; at += AT_ONCE) {
        const of = names.slice(at, at + AT_ONCE).map(({ fingerprint }): Query => {
          return { type: 'is', field: 'fingerprint', value: fingerprint };
        });
        const query: Query = of.length === 1 ? of[0]! : { type: 'or', of };
        const { progress: onProgress, problem: onProblem } = report;
        const run = reading.search(query, { limit: Number.POSITIVE_INFINITY, onProgress, onProblem });
        for await (const result of run) {
          const places = [...markersOf(result.event)].filter(
            ({ fingerprint }) => fingerprint !== undefined && wanted.has(fingerprint),
          );
          const id = `${result.segment}:${result.row}`;
          if (places.length === 0 || seen.events.has(id)) continue;
          report.stop();
          seen.events.add(id);
          for (const { kind } of places) seen.kinds.add(kind);
          show(id, result.event, places, json, io);
        }
        if (run.summary.problems.length > 0 || !run.summary.complete) seen.complete = false;
      }
    } finally {
      report.stop();
    }
    if (seen.events.size === 0 && guessable) throw withoutFingerprint(found.map(({ kind }) => kind));
    if (seen.events.size === 0) warnOfOthers(await reading.authority(), keys.length, json, io);
    return conclude(seen, json, io);
  });
}

interface Seen {
  /** Segment and row of each. */
  events: Set<string>;
  /** Whether all could be looked into. */
  complete: boolean;
  kinds: Set<string>;
}

/** From a pipe, or typed without being shown. Throws USAGE. */
async function readSecret(io: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  if (io.stdin.isTTY) chunks.push(Buffer.from(await typedSecret(io)));
  else
    for await (const chunk of io.stdin) {
      length += chunk.length;
      if (length > MOST_BYTES) throw new TacetError('USAGE', `a secret has at most ${MOST_BYTES} bytes`);
      chunks.push(Buffer.from(chunk));
    }
  const text = Buffer.concat(chunks).toString('utf8').trim();
  if (text === '') throw new TacetError('USAGE', 'there is no secret on standard input');
  return text;
}

/** A line, or all lines of a private key: what is left unread would go to the shell. */
async function typedSecret(io: Io): Promise<string> {
  let text = await askHidden(io, 'Secret (it is not shown)');
  while (text.includes('-----BEGIN') && !text.includes('-----END') && text.length < MOST_BYTES)
    text += `\n${await askHidden(io, 'its next line')}`;
  return text;
}

/** The kinds that the store has; all of them where that is sealed, or not for this reader to know. */
async function kindsToTry({ api }: Reading): Promise<Iterable<string>> {
  try {
    const kinds = (await kindsIn(api, {})).map(({ kind }) => kind);
    return kinds.includes(SEALED_TEXT) ? [...kinds, ...KINDS.keys()] : kinds;
  } catch (error) {
    if (codeOf(error) !== 'NOT_ALLOWED') throw error;
    return KINDS.keys();
  }
}

function withoutFingerprint(kinds: readonly string[]): TacetError {
  const what = kinds.length > 0 ? `what stands there (${[...new Set(kinds)].join(', ')})` : 'this';
  return new TacetError('SECRET_GUESSABLE', `${what} could be guessed, so it has no fingerprint to look for`);
}

function show(id: string, event: Event, places: readonly Placed[], json: boolean, io: Io): void {
  const { time, service, operation, trace_id, span_id } = event;
  const paths = [...new Set(places.map(({ path }) => path))];
  const { kind, fingerprint } = places[0]!;
  if (json) {
    const facts = {
      kind,
      fingerprint,
      time: instantText(BigInt(time)),
      service,
      operation,
      trace_id,
      span_id,
    };
    io.stdout.write(`${JSON.stringify({ ...facts, event: id, paths })}\n`);
    return;
  }
  const paint = painter(io.stdout, io.env);
  const facts = [
    paint('dim', momentText(BigInt(time))),
    paint('bold', harmless(service)),
    paint('cyan', harmless(operation)),
    kind,
  ];
  io.stdout.write(
    `${facts.filter(Boolean).join('  ')}\n  ${harmless(paths.join(', '))}\n  ${paint('dim', `event ${id}`)}\n`,
  );
}

/** Writers that may make fingerprints under keys that are not known here. */
function warnOfOthers({ writers }: Authority, keys: number, json: boolean, io: Io): void {
  const sealing = writers.filter(({ capabilities }) => (capabilities & CAPABILITY.seal) !== 0);
  const count = new Set(sealing.map(({ key }) => toHex(key))).size;
  if (count <= keys) return;
  const warning = `${count} writers are certified, and ${countText(keys, 'fingerprint key')} of theirs is known here: name that of a gateway by --fingerprint-key, if it has its own`;
  io.stderr.write(json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
}

/** 1 when it was found; 0 only when everything could be looked into and it was nowhere. */
function conclude({ events, complete, kinds }: Seen, json: boolean, io: Io): number {
  if (events.size > 0) {
    if (json) return STATUS.problem;
    io.stderr.write(`tacet: it was logged: ${countText(events.size, 'event')}\n`);
    for (const kind of kinds) {
      const { revoke } = factsOf(kind);
      if (revoke) io.stderr.write(`tacet: revoke the ${kind}: ${revoke}\n`);
    }
    return STATUS.problem;
  }
  if (!complete)
    throw new TacetError('RESULT_INCOMPLETE', 'it was not found, but not everything could be looked into');
  if (!json) io.stderr.write('tacet: it was not logged in this range\n');
  return STATUS.done;
}
