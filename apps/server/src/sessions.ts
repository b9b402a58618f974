import { decodeCredential, type SeenEpoch, WriterSession } from '@tacet/seal';
import type { ControlStore } from '@tacet/store';
import { loadAuthority } from './authority.ts';

const HIGHEST_EPOCH = 'highest epoch';

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
}): Promise<() => Promise<WriterSession>> {
  const { workspace, rootHash, control, now } = options;
  const writer = await decodeCredential(options.credential);
  return async () => {
    const seen = decodeSeen(await control.getMeta(HIGHEST_EPOCH));
    const authority = await loadAuthority(control, workspace, rootHash);
    const session = await WriterSession.start({ workspace, authority, writer, now: now(), seen });
    if (session.epoch > seen.number || !seen.id) {
      const number = Buffer.alloc(4);
      number.writeUInt32BE(session.epoch);
      await control.setMeta(HIGHEST_EPOCH, new Uint8Array(Buffer.concat([number, session.epochId])));
    }
    return session;
  };
}

/** number(4) ‖ id(32). */
function decodeSeen(bytes: Uint8Array | undefined): SeenEpoch {
  if (!bytes) return { number: 1 };
  const number = Buffer.from(bytes).readUInt32BE();
  return { number, id: bytes.slice(4) };
}
