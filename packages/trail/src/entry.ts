import { createHmac, randomBytes } from 'node:crypto';
import type { Json } from '@tacet/records';
import { canonicalJson } from './canonical.ts';

/** Something that happened and must not be denied later. */
export interface TrailEntry {
  /** What happened: `release`, `plan`, `match`, `authority`, `token`, `session`, ... */
  kind: string;
  workspace: string;
  /** Who: the id of a token, or `server`. */
  actor: string;
  /** Facts that may be public: ids, counts, hashes. Never text that a person wrote. */
  facts: { [name: string]: Json };
  /** Free text by name (`purpose`). The leaf holds a commitment to each, the text is kept apart. */
  texts?: { [name: string]: string };
}

/** What opens the commitments of one leaf. */
export interface Opening {
  /** 32 random bytes, hexadecimal; one for each text. */
  salts: { [name: string]: string };
  texts: { [name: string]: string };
}

const LABEL = 'tacet/v1/trail/commitment';

/**
 * HMAC-SHA-256 under a random salt: binding, and hiding once the salt is erased, however short the
 * text. The leaf stays provable after a person's data must be forgotten.
 */
export function commitment(salt: Uint8Array, name: string, text: string): Uint8Array {
  const lengths = Buffer.alloc(4);
  lengths.writeUInt32BE(Buffer.byteLength(name));
  return new Uint8Array(
    createHmac('sha256', salt).update(LABEL).update(lengths).update(name).update(text).digest(),
  );
}

/** The bytes of an entry's leaf: canonical JSON in UTF-8; and what opens its commitments. */
export function encodeEntry(entry: TrailEntry, now: Date): { leaf: Uint8Array; opening?: Opening } {
  const opening: Opening = { salts: {}, texts: {} };
  const commitments: { [name: string]: Json } = {};
  for (const [name, text] of Object.entries(entry.texts ?? {})) {
    const salt = randomBytes(32);
    opening.salts[name] = salt.toString('hex');
    opening.texts[name] = text;
    commitments[name] = Buffer.from(commitment(salt, name, text)).toString('hex');
  }
  const leaf = canonicalJson({
    version: 1,
    time: now.toISOString(),
    kind: entry.kind,
    workspace: entry.workspace,
    actor: entry.actor,
    facts: entry.facts,
    commitments,
  });
  const bytes = new TextEncoder().encode(leaf);
  return Object.keys(commitments).length > 0 ? { leaf: bytes, opening } : { leaf: bytes };
}

/** Whether `opening` is what the leaf of `commitments` committed to. */
export function opens(commitments: { [name: string]: Json }, opening: Opening): boolean {
  const names = Object.keys(commitments);
  return (
    names.length === Object.keys(opening.texts).length &&
    names.every((name) => {
      const salt = opening.salts[name];
      const text = opening.texts[name];
      if (salt === undefined || text === undefined) return false;
      return (
        Buffer.from(commitment(Buffer.from(salt, 'hex'), name, text)).toString('hex') === commitments[name]
      );
    })
  );
}
