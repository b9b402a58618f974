import { codeOf, type ErrorCode, TacetError } from '@tacet/records';
import { equalBytes, toHex } from '@tacet/seal';
import { CHECKPOINT } from '../log/published.ts';
import { cosignedAt, openCheckpoint, type SignedCheckpoint } from '../proof/checkpoint.ts';
import { decodeEntry, type LoggedEntry } from '../proof/entry.ts';
import type { VerifierKey } from '../proof/note.ts';
import type { TileSource } from '../proof/tiles.ts';
import { witnessedPath } from '../witness/feed.ts';
import type { TrailProblem } from './compare.ts';
import { type SegmentCounts, SegmentLedger } from './ledger.ts';
import { walkTree } from './tree.ts';

/** A checkpoint of the same log from elsewhere: remembered, or another person's. */
export interface KnownCheckpoint {
  /** Where it is from, for messages. */
  name: string;
  text: string;
}

export interface VerifyOptions {
  source: TileSource;
  /** The log's public key: with the files, all that is needed. */
  key: VerifierKey;
  known?: readonly KnownCheckpoint[];
  /** Witnesses each of which must have cosigned. */
  witnesses?: readonly VerifierKey[];
  /**
   * Which of these segments (ids, hexadecimal) are stored. Without it the trail is not held against a
   * store, only against what writers signed.
   */
  stored?: (ids: string[]) => Promise<Set<string>>;
  /** Given every entry in order. */
  onEntry?: (index: number, entry: LoggedEntry) => void;
}

/** What a witness vouches for. */
export interface WitnessedSize {
  name: string;
  size: number;
  /** Seconds since 1970. */
  time: number;
}

export interface TrailReport {
  origin: string;
  size: number;
  /** Hexadecimal. */
  root: string;
  /** Times of the first and the last entry. */
  first?: string;
  last?: string;
  /** Entries by kind. */
  kinds: Record<string, number>;
  sessions: number;
  segments: SegmentCounts;
  witnessed: WitnessedSize[];
  problems: TrailProblem[];
  /** What a crash explains, and a server that hides something could too. */
  notes: string[];
}

const MAX_CHECKPOINT = 64 * 1024;
/** Segments that a store is asked for at once. */
const ASKED = 1_000;

/** A note in a log's folder; undefined when there is none. */
export async function readNote(source: TileSource, name: string): Promise<string | undefined> {
  const bytes = await source.read(name, MAX_CHECKPOINT);
  return bytes && new TextDecoder().decode(bytes);
}

/** The newest checkpoint of a log. Throws TRAIL_ENTRY_MISSING when there is none, else as `openCheckpoint`. */
export async function readCheckpoint(source: TileSource, key: VerifierKey): Promise<SignedCheckpoint> {
  const text = await readNote(source, CHECKPOINT);
  if (text === undefined) throw new TacetError('TRAIL_ENTRY_MISSING', 'the trail has no checkpoint');
  return openCheckpoint(text, key);
}

/**
 * Checks a log from its files alone: the signature on its checkpoint, every entry and tile against it,
 * that it goes on from every known checkpoint, and that witnesses cosigned it. What is wrong with the
 * log is in the report; what keeps it from being looked at is thrown: CHECKPOINT_*, TRAIL_KEY_INVALID,
 * TRAIL_UNAVAILABLE, TRAIL_ENTRY_MISSING when there is no checkpoint or nothing to go on with.
 */
export async function verifyTrail(
  options: VerifyOptions,
): Promise<TrailReport & { checkpoint: SignedCheckpoint }> {
  const { source, key, known = [], witnesses = [], stored, onEntry } = options;
  const ledger = new SegmentLedger();
  const checkpoint = await readCheckpoint(source, key);
  const others = [...known];
  for (const witness of witnesses) {
    const text = await readNote(source, witnessedPath(witness));
    if (text !== undefined) others.push({ name: `what ${witness.name} cosigned`, text });
  }
  const problems: TrailProblem[] = [];
  const opened: { name: string; checkpoint: SignedCheckpoint }[] = [];
  for (const { name, text } of others) {
    try {
      opened.push({ name, checkpoint: await openCheckpoint(text, key) });
    } catch (error) {
      const code = codeOf(error);
      if (!code?.startsWith('CHECKPOINT_')) throw error;
      problems.push({ code, message: `${name}: ${(error as TacetError).message}` });
    }
  }

  const kinds: Record<string, number> = {};
  const times: { first?: string; last?: string } = {};
  let strange = 0;
  const { size } = checkpoint;
  const walk = await walkTree(
    source,
    size,
    new Set(opened.map((each) => each.checkpoint.size)),
    (index, leaf) => {
      let entry: LoggedEntry;
      try {
        entry = decodeEntry(leaf);
      } catch {
        if (strange++ === 0)
          problems.push({
            code: 'TRAIL_ENTRY_INVALID',
            message: `entry ${index} is not of the known form`,
            entry: index,
          });
        return;
      }
      kinds[entry.kind] = (kinds[entry.kind] ?? 0) + 1;
      times.first ??= entry.time;
      times.last = entry.time;
      ledger.see(index, entry);
      onEntry?.(index, entry);
    },
  );
  problems.push(...walk.problems);
  const whole = equalBytes(walk.root, checkpoint.root);
  if (walk.problems.length === 0 && !whole)
    problems.push({
      code: 'TRAIL_ROOT_MISMATCH',
      message: 'entries and tree fit each other and not the signed checkpoint: the trail was rewritten',
    });
  for (const { name, checkpoint: other } of opened) {
    const problem = compareCheckpoints(
      checkpoint,
      name,
      other,
      whole ? walk.roots.get(other.size) : undefined,
    );
    if (problem) problems.push(problem);
  }
  const notes = [{ name: 'checkpoint', checkpoint }, ...opened];
  const witnessed: WitnessedSize[] = [];
  for (const witness of witnesses) {
    const vouched = await witnessedSize(
      witness,
      notes.map((each) => each.checkpoint),
    );
    if (vouched) witnessed.push(vouched);
    else
      problems.push({
        code: 'TRAIL_NOT_WITNESSED',
        message: `no checkpoint of this trail is cosigned by ${witness.name}`,
      });
  }
  const { problems: missing, ...account } = await ledger.report();
  problems.push(...missing);
  if (stored) problems.push(...(await missingSegments(ledger, stored)));
  const root = toHex(checkpoint.root);
  const { origin } = checkpoint;
  return { origin, size, root, ...times, kinds, ...account, witnessed, problems, checkpoint };
}

/** What is wrong between the newest checkpoint and another; `root` is the log's own at that other size. */
function compareCheckpoints(
  newest: SignedCheckpoint,
  name: string,
  other: SignedCheckpoint,
  root: Uint8Array | undefined,
): TrailProblem | undefined {
  if (other.size > newest.size)
    return {
      code: 'TRAIL_ROLLED_BACK',
      message: `${name} has ${other.size} entries and the trail has ${newest.size}: it was rolled back`,
    };
  const mine = other.size === newest.size ? newest.root : root;
  if (!mine || equalBytes(mine, other.root)) return undefined;
  return {
    code: 'TRAIL_FORKED',
    message: `${name} and the trail differ in the first ${other.size} entries, both signed by its key: keep both`,
  };
}

/** The largest size that a witness vouches for; a cosignature that does not fit counts for nothing. */
async function witnessedSize(
  witness: VerifierKey,
  checkpoints: readonly SignedCheckpoint[],
): Promise<WitnessedSize | undefined> {
  let best: WitnessedSize | undefined;
  for (const { size, note } of checkpoints) {
    const time = await cosignedAt(note, witness).catch((error) => {
      if (codeOf(error) === ('CHECKPOINT_UNSIGNED' satisfies ErrorCode)) return undefined;
      throw error;
    });
    if (time !== undefined && (!best || size > best.size)) best = { name: witness.name, size, time };
  }
  return best;
}

/** Segments that the trail names as stored and a store does not have. */
async function missingSegments(
  ledger: SegmentLedger,
  stored: (ids: string[]) => Promise<Set<string>>,
): Promise<TrailProblem[]> {
  const problems: TrailProblem[] = [];
  const ask = async (ids: string[]) => {
    const found = await stored(ids);
    for (const id of ids)
      if (!found.has(id))
        problems.push({
          code: 'SEGMENTS_MISSING',
          message: `segment ${id} is named in the trail and is gone`,
        });
  };
  let ids: string[] = [];
  for (const id of ledger.current()) {
    ids.push(id);
    if (ids.length < ASKED) continue;
    await ask(ids);
    ids = [];
  }
  if (ids.length > 0) await ask(ids);
  return problems;
}
