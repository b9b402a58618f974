import { join } from 'node:path';
import { codeOf, TacetError } from '@tacet/records';
import { equalBytes, platform, toHex } from '@tacet/seal';
import { readUpTo, replaceDurably } from '../log/files.ts';
import type { LogKey } from '../log/key.ts';
import { cosign, openCheckpoint, parseCheckpoint, type SignedCheckpoint } from '../proof/checkpoint.ts';
import { EMPTY_ROOT, verifyConsistency } from '../proof/merkle.ts';
import { formatNote, signaturesBy, type VerifierKey } from '../proof/note.ts';
import { utf8 } from '../proof/text.ts';
import { type AddCheckpoint, parseAddCheckpoint } from './message.ts';

/** What a witness answers: an HTTP status, a body, and its type where it is not plain text. */
export interface WitnessAnswer {
  status: 200 | 400 | 403 | 404 | 409 | 422;
  body: string;
  type?: string;
}

export const SIZE_TYPE = 'text/x.tlog.size';
const MAX_NOTE = 64 * 1024;

const refuse = (status: WitnessAnswer['status'], why: string): WitnessAnswer => ({
  status,
  body: `${why}\n`,
});

/** SHA-256 of a log's origin, hexadecimal: its name at the witness. */
export function originHash(origin: string): string {
  return toHex(platform.sha256(utf8(origin)));
}

/**
 * A witness as in c2sp.org/tlog-witness: cosigns a checkpoint of a log it knows only when that goes on
 * from the one it cosigned last, and keeps it, synced, before it answers. Holds no entry of any log. Only
 * one process may use the folder.
 */
export class Witness {
  readonly #folder: string;
  readonly #key: LogKey;
  readonly #logs: ReadonlyMap<string, VerifierKey>;
  readonly #now: () => number;
  /** The last request of each origin: looking and keeping must not be interleaved. */
  readonly #busy = new Map<string, Promise<unknown>>();

  /** `key` signs cosignatures; `logs` are the public keys of the logs; `now` gives milliseconds since 1970. */
  constructor(options: { folder: string; key: LogKey; logs: readonly VerifierKey[]; now?: () => number }) {
    this.#folder = options.folder;
    this.#key = options.key;
    this.#logs = new Map(options.logs.map((log) => [log.name, log]));
    this.#now = options.now ?? Date.now;
  }

  /** Answers `POST add-checkpoint`. Throws TRAIL_UNAVAILABLE when it cannot keep what it would sign. */
  async addCheckpoint(body: string): Promise<WitnessAnswer> {
    const request = parseAddCheckpoint(body);
    let origin: string;
    try {
      if (!request) return refuse(400, 'the body is not of the known form');
      origin = parseCheckpoint(request.checkpoint).origin;
    } catch {
      return refuse(400, 'the checkpoint is not of the known form');
    }
    const log = this.#logs.get(origin);
    if (!log) return refuse(404, 'this log is not known here');
    const before = this.#busy.get(origin) ?? Promise.resolve();
    const answer = before.then(() => this.#consider(request, log));
    const settled = answer.catch(() => {});
    this.#busy.set(origin, settled);
    return answer;
  }

  async #consider({ old, proof, checkpoint: text }: AddCheckpoint, log: VerifierKey): Promise<WitnessAnswer> {
    let next: SignedCheckpoint;
    try {
      next = await openCheckpoint(text, log);
    } catch (error) {
      if (!codeOf(error)) throw error;
      return refuse(403, 'the checkpoint is not signed by the key of its log');
    }
    if (old > next.size) return refuse(400, 'the old size is larger than the new one');
    const last = await this.#last(log);
    const { size, root } = last ?? { size: 0, root: EMPTY_ROOT };
    if (old !== size) return { status: 409, body: `${size}\n`, type: SIZE_TYPE };
    if (!goesOn({ size, root }, next, proof))
      return refuse(422, `the checkpoint does not go on from the ${size} entries seen before`);
    const time = Math.floor(this.#now() / 1000);
    const line = await cosign(next.note.text, time, this.#key.key, this.#key.signer);
    // The log's own signature and ours; others may be anything.
    const signatures = [...signaturesBy(next.note, log), line];
    await replaceDurably(this.#path(log.name), formatNote({ text: next.note.text, signatures })).catch(
      (cause) => {
        throw new TacetError('TRAIL_UNAVAILABLE', 'the checkpoint cannot be kept, so it is not cosigned', {
          cause,
        });
      },
    );
    return { status: 200, body: `${line.line}\n` };
  }

  /** The last cosigned checkpoint of the log with this origin hash, a signed note; undefined when there is none. */
  async checkpoint(hash: string): Promise<string | undefined> {
    const origin = [...this.#logs.keys()].find((known) => originHash(known) === hash);
    const bytes = origin === undefined ? undefined : await readUpTo(this.#path(origin), MAX_NOTE);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** Throws TRAIL_CORRUPT: what was kept must not be taken for nothing, which any log goes on from. */
  async #last(log: VerifierKey): Promise<SignedCheckpoint | undefined> {
    const text = await this.checkpoint(originHash(log.name));
    if (text === undefined) return undefined;
    return openCheckpoint(text, log).catch((cause) => {
      throw new TacetError('TRAIL_CORRUPT', `what was kept of ${log.name} is damaged`, { cause });
    });
  }

  #path(origin: string): string {
    return join(this.#folder, 'logs', `${originHash(origin)}.checkpoint`);
  }
}

function goesOn(
  last: { size: number; root: Uint8Array },
  next: SignedCheckpoint,
  proof: Uint8Array[],
): boolean {
  if (next.size === 0 && !equalBytes(next.root, EMPTY_ROOT)) return false;
  if (last.size === 0) return proof.length === 0;
  return verifyConsistency(BigInt(last.size), BigInt(next.size), last.root, next.root, proof);
}
