import { readFile, rename, rm } from 'node:fs/promises';
import { TacetError } from '@tacet/records';
import { type Authority, type Identity, openIdentity, ownsNow, protectIdentity } from '@tacet/seal';
import { replacePrivate } from '@tacet/server/directory';
import type { IdentityFile } from '../profile/locate.ts';

/** Whether the server refused for certain; otherwise it may have taken what was sent. */
const refused = (error: unknown) => error instanceof TacetError && error.status < 500;

/**
 * A change of an owner's keys that the server must take before the old ones may be given up. The new
 * identity waits in a file beside the old one, durable before anything is sent: whatever happens in
 * between, one of the two fits what the server has.
 */
export class StagedIdentity {
  readonly #file: IdentityFile;

  constructor(file: IdentityFile) {
    this.#file = file;
  }

  get #next(): string {
    return `${this.#file.path}.next`;
  }

  /** Writes the identity that is to count; again replaces it. */
  async stage(identity: Identity): Promise<void> {
    const { passphrase, workFactor } = this.#file;
    await replacePrivate(this.#next, await protectIdentity(identity, passphrase, { workFactor }));
  }

  /** The server took the change. */
  async commit(): Promise<void> {
    await rename(this.#next, this.#file.path);
  }

  /** Sending failed: forgets the new identity, unless the server may have taken the change all the same. */
  async drop(error: unknown): Promise<void> {
    if (refused(error)) await rm(this.#next, { force: true });
  }

  /** What an interrupted change left behind: takes it up when it is what counts now, else removes it. */
  async settle(authority: Authority): Promise<Identity> {
    let bytes: Uint8Array;
    try {
      bytes = new Uint8Array(await readFile(this.#next));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.#file.identity;
      throw error;
    }
    const waiting = await openIdentity(bytes, this.#file.passphrase);
    if (await ownsNow(waiting, authority)) {
      await rename(this.#next, this.#file.path);
      return waiting;
    }
    await rm(this.#next, { force: true });
    return this.#file.identity;
  }
}
