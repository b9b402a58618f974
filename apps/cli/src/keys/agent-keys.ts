import { readFile } from 'node:fs/promises';
import { type Identity, openIdentity } from '@tacet/seal';
import type { Io } from '../io.ts';
import type { ProfileEntry } from '../profile/index.ts';
import { type Named, openIdentityFile } from '../profile/locate.ts';

/**
 * Where a key agent keeps the operations key. Asked for each pass, so that a key that was replaced is
 * taken up, and none is held between passes.
 */
export interface AgentKeys {
  /** An identity that holds the operations key. Throws IDENTITY_MISSING, IDENTITY_PASSPHRASE, ... */
  open(): Promise<Identity>;
}

/** An identity file. Its passphrase is found, or typed, once: at the first pass. */
export function fileKeys(named: Named, io: Io, entry: ProfileEntry | undefined): AgentKeys {
  let known: { path: string; passphrase: string } | undefined;
  return {
    async open() {
      if (known) return openIdentity(new Uint8Array(await readFile(known.path)), known.passphrase);
      const { identity, ...file } = await openIdentityFile(named, io, entry);
      known = file;
      return identity;
    },
  };
}
