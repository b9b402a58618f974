import { TacetError } from '@tacet/records';
import {
  cosignedAt,
  decodeEntry,
  formatCheckpoint,
  openProof,
  type TrailReport,
  type VerifierKey,
  verifyTrail,
} from '@tacet/trail';
import { type Io, STATUS } from '../../io.ts';
import { profileEntry } from '../../profile/locate.ts';
import { progressBar } from '../../terminal/progress.ts';
import { harmless, painter } from '../../terminal/text.ts';
import { showEntry } from '../../trailing/entries.ts';
import {
  findTrail,
  readKey,
  readNoteFile,
  readRemembered,
  remember,
  type TrailPlace,
  trailKeyOf,
} from '../../trailing/place.ts';
import { askStore } from '../../trailing/store.ts';

export interface VerifyOptions extends TrailPlace {
  known?: string[];
  witness?: string[];
  proof?: string;
  segments?: boolean;
  json?: boolean;
}

type Paint = ReturnType<typeof painter>;
const moment = (seconds: number) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** `tacet trail verify`: a whole trail, or one proof, against its public key and what is known of it. */
export async function verify(options: VerifyOptions, io: Io): Promise<number> {
  const witnesses = await Promise.all((options.witness ?? []).map(readKey));
  if (options.proof !== undefined) return verifyProof(options.proof, options, witnesses, io);
  const found = await findTrail(options, io);
  const key = await trailKeyOf(options, found.knownKey);
  const known = await Promise.all(
    (options.known ?? []).map(async (name) => ({ name, text: await readNoteFile(name) })),
  );
  const remembered = await readRemembered(io, key);
  if (remembered !== undefined) known.push({ name: 'the checkpoint remembered here', text: remembered });
  const store = options.segments ? await askStore(options, io) : undefined;
  const bar = await progressBar(io.stderr, 'verifying', 0, (entries) => `${entries} entries`);
  const { checkpoint, ...report } = await verifyTrail({
    source: found.source,
    key,
    known,
    witnesses,
    ...(store && { stored: store.stored }),
    onEntry: (index) => bar.update(index + 1),
  }).finally(async () => {
    bar.stop();
    await store?.close();
  });
  const verified = report.problems.length === 0;
  if (verified) await remember(io, key, formatCheckpoint(checkpoint));
  io.stdout.write(
    options.json
      ? `${JSON.stringify({ verified, remembered: remembered !== undefined, ...report })}\n`
      : render(report, remembered !== undefined, painter(io.stdout, io.env)),
  );
  return verified ? STATUS.done : STATUS.problem;
}

function render(report: TrailReport, remembered: boolean, paint: Paint): string {
  const { origin, size, root, first, last, kinds, sessions, segments, witnessed, problems, notes } = report;
  const { named, superseded, removed } = segments;
  const counts = Object.entries(kinds).sort(([, a], [, b]) => b - a);
  const lines = [
    `Trail    ${harmless(origin)}`,
    `Entries  ${size}${first && last ? `, from ${first} to ${last}` : ''}`,
    `Root     ${root}`,
    ...counts.map(([kind, count]) => `${String(count).padStart(15)}  ${harmless(kind)}`),
    `Segments ${named} named, of ${sessions} sessions; ${superseded} replaced, ${removed} removed`,
    ...witnessed.map(
      ({ name, size: seen, time }) =>
        `Witness  ${harmless(name)} cosigned ${seen} entries at ${moment(time)}; ${size - seen} came since`,
    ),
    ...notes.map((note) => `${paint('yellow', 'Note')}: ${harmless(note)}`),
    ...problems.map(({ code, message }) => `${paint('red', code)}: ${harmless(message)}`),
  ];
  if (problems.length > 0) lines.push(paint('red', 'Not verified.'));
  else
    lines.push(
      `${paint('green', 'Verified')}: every entry is as the signed checkpoint says, ${
        remembered ? 'and it goes on from the one remembered here.' : 'which is remembered here from now on.'
      }`,
    );
  return `${lines.join('\n')}\n`;
}

async function verifyProof(
  path: string,
  options: VerifyOptions,
  witnesses: readonly VerifierKey[],
  io: Io,
): Promise<number> {
  const known = options.key === undefined ? await profileEntry(io.env, undefined) : undefined;
  const key = await trailKeyOf(options, known?.trailKey);
  const { checkpoint, leaf, index } = await openProof(await readNoteFile(path), key);
  const cosigned: Record<string, string> = {};
  for (const witness of witnesses) {
    const time = await cosignedAt(checkpoint.note, witness);
    if (time === undefined)
      throw new TacetError(
        'TRAIL_NOT_WITNESSED',
        `the proof's checkpoint is not cosigned by ${witness.name}`,
      );
    cosigned[witness.name] = moment(time);
  }
  const { size } = checkpoint;
  const entry = decodeEntry(leaf);
  if (options.json) io.stdout.write(`${JSON.stringify({ verified: true, index, size, cosigned, entry })}\n`);
  else {
    const by = Object.entries(cosigned).map(([name, time]) => `, cosigned by ${harmless(name)} at ${time}`);
    io.stdout.write(showEntry({ index, entry }, undefined, painter(io.stdout, io.env)));
    io.stdout.write(
      `Verified: this is entry ${index} of the ${size} in ${harmless(key.name)}${by.join('')}.\n`,
    );
  }
  return STATUS.done;
}
