import { decodeCredential, WriterSession } from '@tacet/seal';
import type { ControlStore } from '@tacet/store';
import { loadAuthority } from './authority.ts';

const HIGHEST_EPOCH = 'highest epoch';

/**
 * Starts the sessions of this directory's writer: each in the newest epoch by records read and
 * verified anew, never below the highest that was ever seen here.
 *
 * The returned function throws EPOCH_EXPIRED, EPOCH_ROLLED_BACK, WRITER_INVALID and what the control
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
    const seen = await control.getMeta(HIGHEST_EPOCH);
    const minimumEpoch = seen ? Buffer.from(seen).readUInt32BE() : 1;
    const authority = await loadAuthority(control, workspace, rootHash);
    const session = await WriterSession.start({ workspace, authority, writer, now: now(), minimumEpoch });
    if (session.epoch > minimumEpoch) {
      const highest = Buffer.alloc(4);
      highest.writeUInt32BE(session.epoch);
      await control.setMeta(HIGHEST_EPOCH, new Uint8Array(highest));
    }
    return session;
  };
}
