import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { TacetError } from '@tacet/records';
import { ROLES, type Role } from './actions.ts';

/**
 * A bearer token as text: `tacet_`, the letter of its role, `_`, then base64url of
 * version(1) ‖ id(16) ‖ secret(32) ‖ hash of root record 0 (32) ‖ lowest epoch(4) ‖ length(1) ‖ workspace ‖ CRC-32(4).
 *
 * Root hash and lowest epoch travel with the token so that a writer needs no trust on first use. The
 * prefix and the checksum let scanners (ours and others') recognise a leaked token without guessing,
 * and let a mistyped one be refused without asking the store.
 */
export interface ParsedToken {
  role: Role;
  /** 16 bytes, hexadecimal; names the token in records, in the trail and in metrics. */
  id: string;
  /** 32 bytes; never stored or shown by us. */
  secret: Uint8Array;
  workspace: string;
  /** SHA-256 of root record 0, 32 bytes. */
  rootHash: Uint8Array;
  /** The lowest epoch a holder may accept from a server. */
  lowestEpoch: number;
}

/** What is kept of a token: nothing that would let one be made again. */
export interface TokenRecord {
  id: string;
  /** A `Role`, as it was stored. */
  role: string;
  workspace: string;
  /** SHA-256 of the secret, 32 bytes. The secret is uniform, so a slow hash would add nothing. */
  hash: Uint8Array;
  /** Unix seconds. */
  created: number;
  /** Unix seconds from which the token no longer works. */
  expires?: number;
  /** The services that it is limited to; all when absent. */
  services?: string[];
  /** What a person called it, for lists. */
  label?: string;
}

const VERSION = 1;
const PREFIX: Record<Role, string> = {
  ingest: 'tacet_i_',
  analyst: 'tacet_n_',
  reader: 'tacet_r_',
  responder: 'tacet_s_',
  auditor: 'tacet_t_',
  admin: 'tacet_a_',
  owner: 'tacet_o_',
};
const FIXED = 1 + 16 + 32 + 32 + 4 + 1;
const CHECKSUM = 4;
const MAX_WORKSPACE = 64;
/** Longer text is refused unread. */
export const MAX_TOKEN_LENGTH = 8 + Math.ceil(((FIXED + MAX_WORKSPACE + CHECKSUM) * 4) / 3);

const invalid = () => new TacetError('TOKEN_INVALID', 'the token is not valid');

/** SHA-256 of a token's secret: the form that is stored. */
export function hashSecret(secret: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(secret).digest());
}

/**
 * Draws a new token. `now` and `expires` are Unix seconds, `rootHash` is 32 bytes, `lowestEpoch` an
 * unsigned 32-bit number. Throws REQUEST_INVALID when the workspace's name does not fit.
 */
export function issueToken(options: {
  role: Role;
  workspace: string;
  rootHash: Uint8Array;
  lowestEpoch: number;
  now: number;
  expires?: number;
  services?: string[];
  label?: string;
}): { token: string; record: TokenRecord } {
  const { role, workspace, rootHash, lowestEpoch, now, expires, services, label } = options;
  const name = Buffer.from(workspace);
  if (name.length === 0 || name.length > MAX_WORKSPACE)
    throw new TacetError('REQUEST_INVALID', `a workspace's name has 1 to ${MAX_WORKSPACE} bytes`);
  if (rootHash.length !== 32) throw new TacetError('REQUEST_INVALID', 'a root hash has 32 bytes');
  const id = randomBytes(16);
  const secret = randomBytes(32);
  const epoch = Buffer.alloc(4);
  epoch.writeUInt32BE(lowestEpoch);
  const body = Buffer.concat([Buffer.of(VERSION), id, secret, rootHash, epoch, Buffer.of(name.length), name]);
  const token = PREFIX[role] + Buffer.concat([body, checksum(role, body)]).toString('base64url');
  const record: TokenRecord = {
    id: id.toString('hex'),
    role,
    workspace,
    hash: hashSecret(secret),
    created: now,
    ...(expires !== undefined && { expires }),
    ...(services && { services }),
    ...(label !== undefined && { label }),
  };
  return { token, record };
}

/** The checksum covers the prefix too: an ingest token renamed to a reader's does not parse. */
function checksum(role: Role, body: Uint8Array): Buffer {
  const sum = Buffer.alloc(CHECKSUM);
  sum.writeUInt32BE(crc32(body, crc32(PREFIX[role])));
  return sum;
}

/** Takes a token's text apart. Throws TOKEN_INVALID; says nothing about whether it was ever issued. */
export function parseToken(text: string): ParsedToken {
  if (text.length > MAX_TOKEN_LENGTH) throw invalid();
  const role = ROLES.find((name) => text.startsWith(PREFIX[name]));
  if (role === undefined) throw invalid();
  const encoded = text.slice(PREFIX[role].length);
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) throw invalid();
  const bytes = Buffer.from(encoded, 'base64url');
  // Other spellings of the same bytes are refused: one token, one text.
  if (bytes.toString('base64url') !== encoded || bytes.length < FIXED + CHECKSUM) throw invalid();
  const body = bytes.subarray(0, -CHECKSUM);
  if (!bytes.subarray(-CHECKSUM).equals(checksum(role, body))) throw invalid();
  const length = body[FIXED - 1]!;
  if (body[0] !== VERSION || length === 0 || body.length !== FIXED + length) throw invalid();
  return {
    role,
    id: body.subarray(1, 17).toString('hex'),
    secret: new Uint8Array(body.subarray(17, 49)),
    rootHash: new Uint8Array(body.subarray(49, 81)),
    lowestEpoch: body.readUInt32BE(81),
    workspace: body.subarray(FIXED).toString('utf8'),
  };
}

const NO_RECORD: TokenRecord = {
  id: '',
  role: 'ingest',
  workspace: '',
  hash: new Uint8Array(32),
  created: 0,
};

/**
 * Checks a parsed token against what is stored under its id; `undefined` when nothing is. `now` is
 * Unix seconds. Throws TOKEN_INVALID (unknown, another secret, role or workspace: indistinguishable)
 * or, only for a holder of the right secret, TOKEN_EXPIRED.
 */
export function verifyToken(parsed: ParsedToken, record: TokenRecord | undefined, now: number): void {
  const kept = record ?? NO_RECORD;
  const hash = hashSecret(parsed.secret);
  // Compared also when there is no record, so that the time taken does not tell which ids exist.
  const same = kept.hash.length === hash.length && timingSafeEqual(kept.hash, hash);
  const valid =
    record !== undefined &&
    same &&
    record.id === parsed.id &&
    record.role === parsed.role &&
    record.workspace === parsed.workspace;
  if (!valid) throw invalid();
  if (record.expires !== undefined && now >= record.expires)
    throw new TacetError('TOKEN_EXPIRED', 'the token has expired; ask for a new one');
}
