import { existsSync } from 'node:fs';
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
  #staged = false;

  constructor(file: IdentityFile) {
    this.#file = file;
  }

  get #next(): string {
    return `${this.#file.path}.next`;
  }

  /** Writes the identity that is to count. One that waits already is put aside: nothing is ever lost. */
  async stage(identity: Identity): Promise<void> {
    if (existsSync(this.#next) && !this.#staged) await rename(this.#next, `${this.#next}.${Date.now()}`);
    this.#staged = true;
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

  /**
   * The identity that counts now: what an interrupted change left behind is taken up when it is that,
   * and left alone else. `authority` is asked only when there is something.
   */
  async settle(authority: () => Promise<Authority>): Promise<Identity> {
    if (!existsSync(this.#next)) return this.#file.identity;
    const waiting = await openIdentity(new Uint8Array(await readFile(this.#next)), this.#file.passphrase);
    if (!(await ownsNow(waiting, await authority()))) return this.#file.identity;
    await rename(this.#next, this.#file.path);
    return waiting;
  }
}
