import { codeOf, type ErrorCode } from '@tacet/records';
import { decodeCredential, type SeenEpoch, WriterSession } from '@tacet/seal';
import type { ControlStore } from '@tacet/store';
import type { Trail } from '@tacet/trail';
import { loadAuthority } from './authority.ts';

const HOUR_MS = 3_600_000;
/** Codes that mean: somebody changed, replaced or held back records of the authority. */
const SUBSTITUTED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ROOT_MISMATCH',
  'OPERATIONS_INVALID',
  'EPOCH_INVALID',
  'EPOCH_ROLLED_BACK',
  'WRITER_INVALID',
  'READER_INVALID',
  'REVOCATION_INVALID',
  'GRANT_INVALID',
  'RECORD_MALFORMED',
]);

/**
 * Starts the sessions of this directory's writer: each in the newest epoch by records read and
 * verified anew, never below the highest that was ever seen here, nor with another key under its number.
 *
 * The returned function throws EPOCH_EXPIRED, EPOCH_ROLLED_BACK, EPOCH_INVALID, WRITER_INVALID and what the control
 * store throws; `now` gives milliseconds since 1970.
 */
export async function sessionStarter(options: {
  workspace: string;
  rootHash: Uint8Array;
  control: ControlStore;
  credential: Uint8Array;
  now: () => number;
  /** Told the code when the records are not what the writer may believe. */
  refused: (code: ErrorCode) => Promise<void>;
}): Promise<() => Promise<WriterSession>> {
  const { workspace, rootHash, control, now } = options;
  const writer = await decodeCredential(options.credential);
  const highest = `highest epoch ${workspace}`;
  const start = async () => {
    const seen = decodeSeen(await control.getMeta(highest));
    const authority = await loadAuthority(control, workspace, rootHash);
    const session = await WriterSession.start({ workspace, authority, writer, now: now(), seen });
    if (session.epoch > seen.number || !seen.id) {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(session.epoch);
      await control.setMeta(highest, new Uint8Array(Buffer.concat([number, session.epochId])));
    }
    return session;
  };
  return async () => {
    try {
      return await start();
    } catch (error) {
      const code = codeOf(error);
      if (code && SUBSTITUTED.has(code)) await options.refused(code);
      throw error;
    }
  };
}

/** number(4) ‖ id(32); without the id when an earlier version wrote it. */
function decodeSeen(bytes: Uint8Array | undefined): SeenEpoch {
  if (!bytes) return { number: 1 };
  const number = Buffer.from(bytes).readUInt32BE();
  return bytes.length > 4 ? { number, id: bytes.slice(4) } : { number };
}

/**
 * Enters in the trail that this server's writer would not seal by the records it was shown: once for
 * each code within an hour, as every batch tries again.
 */
export function refusals(
  trail: Pick<Trail, 'append'>,
  workspace: string,
  now: () => number,
): (code: ErrorCode) => Promise<void> {
  const entered = new Map<ErrorCode, number>();
  return async (code) => {
    const last = entered.get(code);
    if (last !== undefined && now() - last < HOUR_MS) return;
    entered.set(code, now());
    // Nothing is sealed either way; a trail that cannot be written shows where something is released.
    await trail.append({ kind: 'keys-refused', workspace, actor: 'server', facts: { code } }).catch(() => {});
  };
}
