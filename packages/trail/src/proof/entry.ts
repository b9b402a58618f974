import { type Json, TacetError } from '@tacet/records';
import { equalBytes, platform, toHex } from '@tacet/seal';
import { canonicalJson } from './canonical.ts';
import { utf8 } from './text.ts';

/**
 * What the trail keeps, by kind. docs/trail.md says which facts each has, and `OCSF_CLASS` what it is
 * for a SIEM; the compiler asks for the latter when a kind is added here.
 */
export const ENTRY_KINDS = {
  founded: 'the workspace was founded',
  session: 'a writer began a session',
  forked: 'a session went on twice: a writer was cloned, or its state stolen',
  statement: "a writer's signed heartbeat or closing record",
  segments: 'segments were stored: their manifest',
  superseded: 'segments were sealed again into another one',
  removed: 'segments are gone, and why',
  search: 'somebody searched',
  release: 'ciphertext and shares were released to somebody',
  export: 'somebody took data out in bulk',
  keys: 'signed records of keys were added: epochs, grants, writers, readers, revocations',
  'keys-refused': 'records of keys were refused: substituted, replayed or not signed',
  policy: 'the policy was changed',
  account: 'an account was made, changed or removed',
  login: 'somebody signed in',
  logout: 'somebody signed out, or was',
  token: 'a token was made or revoked',
  approval: 'a second person was asked, agreed or refused',
  erasure: "a person's data was erased",
  retention: 'a period was removed as its policy says',
  audit: 'an audit ended, a finding was accepted, or a report from outside came or was answered',
  failure: 'attempts were refused',
} as const;

export type EntryKind = keyof typeof ENTRY_KINDS;

/** Something that happened and must not be denied later. */
export interface TrailEntry {
  kind: EntryKind;
  workspace: string;
  /** Who: the id of a token or an account, or `server`, or `owner` for the founding. */
  actor: string;
  /** Facts that may be public: ids, counts, hashes. Never text that a person wrote, never an address. */
  facts: { [name: string]: Json };
  /** What would be personal, by name (`purpose`). The leaf holds a commitment to each, the text is kept apart. */
  texts?: { [name: string]: string };
}

/** An entry as it stands in a leaf. A later version may have kinds that this one does not know. */
export interface LoggedEntry {
  /** ISO 8601, UTC, to the millisecond, by the server's clock. */
  time: string;
  kind: string;
  workspace: string;
  actor: string;
  facts: { [name: string]: Json };
  commitments: { [name: string]: string };
}

/** What opens the commitments of one leaf. */
export interface Opening {
  /** 32 random bytes, hexadecimal; one for each text. */
  salts: { [name: string]: string };
  texts: { [name: string]: string };
}

const LABEL = utf8('tacet/v1/trail/commitment');
const VERSION = 1;
const SALT_BYTES = 32;

/**
 * HMAC-SHA-256 under a random salt: binding, and hiding once the salt is erased, however short the
 * text. The leaf stays provable after a person's data must be forgotten.
 */
export function commitment(salt: Uint8Array, name: string, text: string): Uint8Array {
  const bytes = utf8(name);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, bytes.length);
  return platform.hmac(salt, LABEL, length, bytes, utf8(text));
}

/** The bytes of an entry's leaf: canonical JSON in UTF-8; and what opens its commitments. */
export function encodeEntry(entry: TrailEntry, now: Date): { leaf: Uint8Array; opening?: Opening } {
  const opening: Opening = { salts: {}, texts: {} };
  const commitments: { [name: string]: Json } = {};
  for (const [name, text] of Object.entries(entry.texts ?? {})) {
    const salt = platform.random(SALT_BYTES);
    opening.salts[name] = toHex(salt);
    opening.texts[name] = text;
    commitments[name] = toHex(commitment(salt, name, text));
  }
  const { kind, workspace, actor, facts } = entry;
  const time = now.toISOString();
  const leaf = utf8(canonicalJson({ version: VERSION, time, kind, workspace, actor, facts, commitments }));
  return Object.keys(commitments).length > 0 ? { leaf, opening } : { leaf };
}

const isObject = (value: unknown): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a leaf in its one canonical form. Throws TRAIL_ENTRY_INVALID. */
export function decodeEntry(leaf: Uint8Array): LoggedEntry {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(leaf);
    const value = JSON.parse(text);
    const { version, time, kind, workspace, actor, facts, commitments } = value;
    const wellFormed =
      canonicalJson(value) === text &&
      Object.keys(value).length === 7 &&
      version === VERSION &&
      [time, kind, workspace, actor].every((each) => typeof each === 'string') &&
      new Date(time).toISOString() === time &&
      isObject(facts) &&
      isObject(commitments) &&
      Object.values(commitments).every((each) => typeof each === 'string');
    if (wellFormed) return { time, kind, workspace, actor, facts, commitments } as LoggedEntry;
  } catch {}
  throw new TacetError('TRAIL_ENTRY_INVALID', 'an entry of the trail is not of the known form');
}

/** Whether `opening` is what the leaf of `commitments` committed to. */
export function opens(commitments: { [name: string]: string }, opening: Opening): boolean {
  const names = Object.keys(commitments);
  return (
    names.length === Object.keys(opening.texts).length &&
    names.every((name) => {
      const salt = opening.salts[name];
      const text = opening.texts[name];
      if (salt === undefined || text === undefined || !/^[0-9a-f]{64}$/.test(salt)) return false;
      const bytes = Uint8Array.from(salt.match(/../g)!, (pair) => Number.parseInt(pair, 16));
      return equalBytes(utf8(toHex(commitment(bytes, name, text))), utf8(commitments[name]!));
    })
  );
}
