import { createDecipheriv, hkdfSync, timingSafeEqual } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { checkClearRow, decodeColumns } from './independent-clear.ts';
import { Cursor, Refused, refuse, text } from './independent-cursor.ts';
import { e, hash, hmac, hpkeOpen, label, lp, publicKeyOf, signed, u32 } from './independent-primitives.ts';
import { isFilterLength } from './independent-search.ts';

/**
 * A second implementation of docs/format.md, sections 2 to 5, written from that page with node:crypto
 * and nothing of the package: what opens here opens because the page says enough.
 */

interface Signed {
  cursor: Cursor;
  payload: Buffer;
  signature: Buffer;
  hash: Buffer;
}

function openRecord(record: Buffer, kind: number, code: string): Signed {
  if (record.length > 65_536 || record.length <= 64) refuse(code);
  const payload = record.subarray(0, -64);
  const cursor = new Cursor(payload, code);
  cursor.intro(kind);
  return { cursor, payload, signature: record.subarray(-64), hash: hash(record) };
}

function requireSigned(key: Uint8Array, record: Signed, code: string): void {
  if (!signed(key, Buffer.concat([label('record'), record.payload]), record.signature)) refuse(code);
}

interface Time {
  from: number;
  to: number;
}
interface Operations extends Time {
  key: Buffer;
  void: boolean;
}
interface Epoch {
  id: Buffer;
  previous: Buffer;
  publicKey: Buffer;
  times: Time[];
  shredded: boolean;
}
interface Reader {
  id: Buffer;
  kind: number;
  signing: Buffer;
  name: string;
  revoked: boolean;
}
interface Writer extends Time {
  key: Buffer;
  name: string;
  capabilities: number;
}
interface Grant {
  recipient: Buffer;
  epochId: Buffer;
  info: Buffer;
  enc: Buffer;
  wrapped: Buffer;
}
export interface Known {
  workspace: string;
  roots: number;
  epochs: Epoch[];
  writers: Writer[];
  readers: Reader[];
  grants: Grant[];
}
export type Lists = {
  [list in 'root' | 'operations' | 'epochs' | 'writers' | 'readers' | 'revocations' | 'grants']: Buffer[];
};

const within = (time: Time, at: number) => time.from <= at && at <= time.to;

/** Section 3. */
export function verifyLists(lists: Lists, rootHash: Buffer): Known {
  const roots = lists.root
    .map((record) => {
      const opened = openRecord(record, 1, 'RECORD_MALFORMED');
      const { cursor } = opened;
      const [workspace, number] = [cursor.text(128), cursor.u32()];
      const [key, next, previous] = [cursor.raw(32), cursor.raw(32), cursor.raw(32)];
      cursor.i64();
      const kept = cursor.list(1024, 32, () => cursor.raw(32));
      cursor.end();
      return { opened, workspace, number, key, next, previous, kept };
    })
    .sort((a, b) => a.number - b.number);
  const first = roots[0];
  if (!first?.opened.hash.equals(rootHash)) return refuse('ROOT_MISMATCH');
  roots.forEach((root, index) => {
    const before = roots[index - 1];
    const follows =
      !before || (root.previous.equals(before.opened.hash) && hash(root.key).equals(before.next));
    if (root.number !== index || root.workspace !== first.workspace || !follows) refuse('ROOT_MISMATCH');
    requireSigned(root.key, root.opened, 'ROOT_MISMATCH');
  });
  const newest = roots.at(-1)!;

  const delegations = new Map<string, Operations>();
  for (const record of lists.operations) {
    const opened = openRecord(record, 2, 'RECORD_MALFORMED');
    const { cursor } = opened;
    const [workspace, rootNumber] = [cursor.text(128), cursor.u32()];
    cursor.u32();
    const key = cursor.raw(32);
    const time = { from: cursor.i64(), to: cursor.i64() };
    cursor.end();
    const root = roots[rootNumber];
    if (!root || workspace !== first.workspace || time.from > time.to) return refuse('OPERATIONS_INVALID');
    requireSigned(root.key, opened, 'OPERATIONS_INVALID');
    const isVoid = root !== newest && !newest.kept.some((kept) => kept.equals(opened.hash));
    delegations.set(opened.hash.toString('hex'), { ...time, key, void: isVoid });
  }
  /** Whether what was certified counts. */
  const certified = (
    opened: Signed,
    workspace: string,
    by: Buffer,
    issued: number,
    code: string,
  ): boolean => {
    const operations = delegations.get(by.toString('hex'));
    if (!operations || workspace !== first.workspace || !within(operations, issued)) return refuse(code);
    requireSigned(operations.key, opened, code);
    return !operations.void;
  };

  const epochs = new Map<number, Epoch>();
  for (const record of lists.epochs) {
    const opened = openRecord(record, 3, 'RECORD_MALFORMED');
    const { cursor } = opened;
    const [workspace, by, suiteByte] = [cursor.text(128), cursor.raw(32), cursor.u8()];
    if (suiteByte !== 1) refuse('RECORD_MALFORMED');
    const [number, previous, publicKey] = [cursor.u32(), cursor.raw(32), cursor.lp(1216)];
    const time = { from: cursor.i64(), to: cursor.i64() };
    cursor.end();
    if (time.to < time.from || time.to - time.from > 90 * 86_400) refuse('EPOCH_INVALID');
    if (!certified(opened, workspace, by, time.from, 'EPOCH_INVALID')) continue;
    const id = hash(label('epoch-id'), text(workspace), u32(number), previous, lp(publicKey));
    const known = epochs.get(number);
    if (known && !known.id.equals(id)) refuse('EPOCH_INVALID');
    if (known) known.times.push(time);
    else epochs.set(number, { id, previous, publicKey, times: [time], shredded: false });
  }
  const chain = [...epochs].sort(([a], [b]) => a - b).map(([number, epoch]) => ({ ...epoch, number }));
  chain.forEach((epoch, index) => {
    const previous = chain[index - 1]?.id ?? Buffer.alloc(32);
    if (epoch.number !== index + 1 || !epoch.previous.equals(previous)) refuse('EPOCH_INVALID');
  });

  const writers: Writer[] = [];
  for (const record of lists.writers) {
    const opened = openRecord(record, 4, 'RECORD_MALFORMED');
    const { cursor } = opened;
    const [workspace, by, key, name] = [cursor.text(128), cursor.raw(32), cursor.raw(32), cursor.text(64)];
    const capabilities = cursor.u32();
    const time = { from: cursor.i64(), to: cursor.i64() };
    cursor.end();
    if (time.from > time.to) refuse('WRITER_INVALID');
    if (certified(opened, workspace, by, time.from, 'WRITER_INVALID'))
      writers.push({ ...time, key, name, capabilities });
  }

  const readers: Reader[] = [];
  for (const record of lists.readers) {
    const opened = openRecord(record, 13, 'RECORD_MALFORMED');
    const { cursor } = opened;
    const [workspace, by, kind] = [cursor.text(128), cursor.raw(32), cursor.u8()];
    const [publicKey, signing, name] = [cursor.lp(1216), cursor.raw(32), cursor.text(64)];
    const issued = cursor.i64();
    if (kind !== 1 && kind !== 2) refuse('RECORD_MALFORMED');
    cursor.end();
    if (!certified(opened, workspace, by, issued, 'READER_INVALID')) continue;
    const id = hash(label('reader-id'), lp(publicKey));
    const known = readers.find((reader) => reader.id.equals(id));
    if (known && (known.kind !== kind || !known.signing.equals(signing))) refuse('READER_INVALID');
    if (!known) readers.push({ id, kind, signing, name, revoked: false });
  }

  for (const record of lists.revocations) {
    const opened = openRecord(record, 12, 'RECORD_MALFORMED');
    const { cursor } = opened;
    const [workspace, by, kind] = [cursor.text(128), cursor.raw(32), cursor.u8()];
    const [subject, issued] = [cursor.raw(32), cursor.i64()];
    if (kind !== 1 && kind !== 2) refuse('RECORD_MALFORMED');
    cursor.end();
    if (!certified(opened, workspace, by, issued, 'REVOCATION_INVALID')) continue;
    const reader = kind === 1 && readers.find(({ id }) => id.equals(subject));
    const epoch = kind === 2 && chain.slice(0, -1).find(({ id }) => id.equals(subject));
    if (reader) reader.revoked = true;
    else if (epoch) epoch.shredded = true;
    else refuse('REVOCATION_INVALID');
  }

  const grants: Grant[] = [];
  for (const record of lists.grants) {
    const opened = openRecord(record, 5, 'RECORD_MALFORMED');
    const { cursor } = opened;
    const [workspace, by, epoch, epochId] = [cursor.text(128), cursor.raw(32), cursor.u32(), cursor.raw(32)];
    const [kind, recipient, enc, wrapped] = [cursor.u8(), cursor.raw(32), cursor.lp(1120), cursor.lp(48)];
    const issued = cursor.i64();
    if (kind !== 1 && kind !== 2) refuse('RECORD_MALFORMED');
    cursor.end();
    if (!certified(opened, workspace, by, issued, 'GRANT_INVALID')) continue;
    const granted = chain[epoch - 1];
    if (!granted?.id.equals(epochId)) return refuse('GRANT_INVALID');
    if (granted.shredded || readers.some(({ id, revoked }) => revoked && id.equals(recipient))) continue;
    const info = Buffer.concat([
      label('grant'),
      text(workspace),
      u32(epoch),
      epochId,
      Buffer.of(kind),
      recipient,
    ]);
    grants.push({ recipient, epochId, info, enc, wrapped });
  }
  return { workspace: first.workspace, roots: roots.length, epochs: chain, writers, readers, grants };
}

/** Section 2, introduction. */
export function readIntroduction(record: Buffer): { name: string; publicKey: Buffer; fingerprint: Buffer } {
  const opened = openRecord(record, 15, 'RECORD_MALFORMED');
  const { cursor } = opened;
  const [name, publicKey, signing] = [cursor.text(64), cursor.lp(1216), cursor.raw(32)];
  cursor.end();
  requireSigned(signing, opened, 'RECORD_MALFORMED');
  return { name, publicKey, fingerprint: hash(label('reader-fingerprint'), lp(publicKey), signing) };
}

export interface OpenSession {
  known: Known;
  workspace: string;
  epoch: number;
  session: Buffer;
  writer: Buffer;
  started: number;
  recordHash: Buffer;
  firstKey: Buffer;
}

function able(known: Known, key: Buffer, at: number, capability: number): boolean {
  return known.writers.some(
    (writer) => writer.key.equals(key) && within(writer, at) && (writer.capabilities & capability) !== 0,
  );
}

/** Checks 3 and 4, and the two like them of a session. */
function requireWriter(
  known: Known,
  epoch: Known['epochs'][number],
  key: Buffer,
  at: number,
  again: boolean,
) {
  const begun = epoch.times.some((time) => time.from <= at);
  if (again && begun && able(known, key, at, 2)) return;
  if (!epoch.times.some((time) => within(time, at))) refuse('EPOCH_INVALID');
  if (!able(known, key, at, 1)) refuse('WRITER_INVALID');
}

/** Section 5, the first table. `readerSeed` is the reader's X-Wing key; epochs come through grants. */
export async function openSessionRecord(
  record: Buffer,
  readerSeed: Buffer,
  known: Known,
): Promise<OpenSession> {
  const opened = openRecord(record, 6, 'SESSION_MALFORMED');
  const { cursor } = opened;
  const [workspace, number, epochId] = [cursor.text(128), cursor.u32(), cursor.raw(32)];
  const [session, writer, started] = [cursor.raw(16), cursor.raw(32), cursor.i64()];
  const [enc, sealed, commitment] = [cursor.lp(1120), cursor.lp(48), cursor.raw(32)];
  cursor.end();
  if (workspace !== known.workspace) refuse('SESSION_INVALID');
  const epoch = known.epochs[number - 1];
  if (!epoch?.id.equals(epochId)) return refuse('EPOCH_INVALID');
  requireWriter(known, epoch, writer, started, true);
  requireSigned(writer, opened, 'SESSION_INVALID');
  if (epoch.shredded) refuse('EPOCH_SHREDDED');

  const me = hash(label('reader-id'), lp(await publicKeyOf(readerSeed)));
  const grant = known.grants.find((one) => one.recipient.equals(me) && one.epochId.equals(epochId));
  if (!grant) return refuse('GRANT_MISSING');
  const seed = await hpkeOpen(readerSeed, grant.info, grant.enc, grant.wrapped);
  if (!seed || !(await publicKeyOf(seed)).equals(epoch.publicKey)) return refuse('GRANT_INVALID');
  const names = Buffer.concat([text(workspace), u32(number), epochId, session, writer]);
  const secret = await hpkeOpen(seed, Buffer.concat([label('session'), names]), enc, sealed);
  if (!secret || !hmac(secret, label('session-commitment'), names).equals(commitment))
    return refuse('SESSION_INVALID');
  const firstKey = hmac(opened.hash, secret);
  return { known, workspace, epoch: number, session, writer, started, recordHash: opened.hash, firstKey };
}

function periodKey(session: OpenSession, period: number): Buffer {
  let key = session.firstKey;
  for (let i = 0; i < period; i++) key = e(key, 'period');
  return key;
}

export function indexKeyOf(session: OpenSession, period: number): Buffer {
  return e(periodKey(session, period), 'index');
}

function padme(length: number): number {
  const exponent = Math.floor(Math.log2(length));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(length / step) * step;
}

export type Parts = {
  [part in
    | 'header'
    | 'salt'
    | 'commitment'
    | 'signature'
    | 'ciphertext'
    | 'filter'
    | 'clear'
    | 'share']: Buffer;
};

function readHeader(bytes: Buffer) {
  if (bytes.length > 131_072) refuse('SEGMENT_MALFORMED');
  const cursor = new Cursor(bytes, 'SEGMENT_MALFORMED');
  cursor.intro(7);
  const suiteByte = cursor.u8();
  const [workspace, epoch, session] = [cursor.text(128), cursor.u32(), cursor.raw(16)];
  const [period, number] = [cursor.u32(), cursor.u32()];
  cursor.raw(16);
  const superseded = cursor.list(4096, 16, () => cursor.raw(16));
  const [record, schema, codec, rows] = [cursor.raw(32), cursor.u16(), cursor.u8(), cursor.u32()];
  const [sealed, first, last, clear] = [cursor.i64(), cursor.i64(), cursor.i64(), cursor.raw(32)];
  cursor.end();
  const ascending = superseded.every((id, i) => i === 0 || Buffer.compare(superseded[i - 1]!, id) < 0);
  const inRange =
    period < 65_536 && number < 4096 && rows >= 1 && rows <= 131_072 && first <= last && codec <= 1;
  if (suiteByte !== 1 || schema !== 1 || !ascending || !inRange) refuse('SEGMENT_MALFORMED');
  return {
    workspace,
    epoch,
    session,
    period,
    number,
    superseded,
    record,
    codec,
    rows,
    sealed,
    first,
    last,
    clear,
  };
}

function frameFits(frame: Buffer, size: number): boolean {
  if (frame.length < 14 || frame.readUInt32LE(0) !== 0xfd2fb528) return false;
  const [descriptor, window] = [frame[4]!, frame[5]!];
  const single = (descriptor >> 5) & 1;
  if (descriptor & 0x0b) return false;
  if (!single && 2 ** (10 + (window >> 3)) * (1 + (window & 7) / 8) > 8 << 20) return false;
  const at = single ? 5 : 6;
  if (descriptor >> 6 === 3) return frame.readBigUInt64LE(at) === BigInt(size);
  if (descriptor >> 6 === 2) return frame.readUInt32LE(at) === size;
  if (descriptor >> 6 === 1) return frame.readUInt16LE(at) + 256 === size;
  return single === 1 && frame[at] === size;
}

/** Section 5, the second table. */
export function openSegment(session: OpenSession, parts: Parts): { id: Buffer; rows: string[] } {
  const clear = decodeColumns(parts.clear);
  const header = readHeader(parts.header);
  const lengths = [parts.salt.length, parts.commitment.length, parts.signature.length, parts.share.length];
  if (lengths.join() !== '32,32,64,32') refuse('SEGMENT_MALFORMED');
  const paddedLength = parts.ciphertext.length - 16;
  if (paddedLength < 2048 || padme(paddedLength) !== paddedLength) refuse('SEGMENT_MALFORMED');
  if (!isFilterLength(parts.filter.length)) refuse('FILTER_MALFORMED');

  const own =
    header.workspace === session.workspace &&
    header.epoch === session.epoch &&
    header.session.equals(session.session) &&
    header.record.equals(session.recordHash) &&
    header.sealed >= session.started;
  if (!own) refuse('SESSION_INVALID');
  const epoch = session.known.epochs[session.epoch - 1]!;
  requireWriter(session.known, epoch, session.writer, header.sealed, header.superseded.length > 0);

  const { salt, commitment, ciphertext, filter, share } = parts;
  const message = Buffer.concat([
    label('segment-signature'),
    lp(parts.header),
    salt,
    commitment,
    hash(ciphertext),
    hash(filter),
  ]);
  if (!signed(session.writer, message, parts.signature)) refuse('SEGMENT_SIGNATURE');

  let link = e(periodKey(session, header.period), 'link');
  for (let i = 0; i < header.number; i++) link = e(link, 'next');
  const keys = Buffer.from(hkdfSync('sha256', link, share, Buffer.concat([label('segment'), salt]), 64));
  if (!timingSafeEqual(keys.subarray(32), commitment)) refuse('SEGMENT_COMMITMENT');
  const decipher = createDecipheriv('aes-256-gcm', keys.subarray(0, 32), Buffer.alloc(12));
  decipher.setAAD(parts.header).setAuthTag(ciphertext.subarray(-16));
  const padded = decipher.update(ciphertext.subarray(0, -16));
  try {
    decipher.final();
  } catch {
    refuse('SEGMENT_TAG');
  }
  if (!hmac(e(link, 'siv'), lp(parts.header), lp(padded)).equals(salt)) refuse('SEGMENT_SALT');

  const [rowBytes, end] = [padded.readUInt32BE(0), 8 + padded.readUInt32BE(4)];
  if (end > padded.length || padded.length !== padme(Math.max(2048, end))) refuse('SEGMENT_PADDING');
  if (padded.subarray(end).some((byte) => byte !== 0)) refuse('SEGMENT_PADDING');
  let rows = padded.subarray(8, end);
  if (rowBytes > 16 << 20) refuse('SEGMENT_DECOMPRESSION');
  if (header.codec === 1) {
    if (!frameFits(rows, rowBytes)) refuse('SEGMENT_DECOMPRESSION');
    try {
      rows = zstdDecompressSync(rows, { maxOutputLength: Math.max(1, rowBytes) });
    } catch {
      refuse('SEGMENT_DECOMPRESSION');
    }
  }
  if (rows.length !== rowBytes) refuse('SEGMENT_DECOMPRESSION');
  if (rows.filter((byte) => byte === 10).length + 1 !== header.rows) refuse('SEGMENT_COUNT');
  const lines = new Cursor(rows, 'SEGMENT_ROWS').decode().split('\n');
  const events = lines.map((line) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      return refuse('SEGMENT_ROWS');
    }
  });
  const isEvent = (event: unknown): event is Record<string, unknown> => {
    const of = (name: string) => (event as Record<string, unknown>)[name];
    return (
      typeof event === 'object' &&
      event !== null &&
      typeof of('time') === 'string' &&
      /^-?[0-9]{1,30}$/.test(of('time') as string) &&
      ['log', 'span'].includes(of('kind') as string) &&
      ['service', 'operation', 'severity', 'status', 'provider', 'model'].every(
        (name) => typeof of(name) === 'string',
      ) &&
      ['duration_ns', 'input_tokens', 'output_tokens'].every((name) =>
        ['number', 'undefined'].includes(typeof of(name)),
      )
    );
  };
  if (!events.every(isEvent)) return refuse('SEGMENT_ROWS');
  if (clear.time.length !== events.length) refuse('CLEAR_MISMATCH');
  if (!hash(parts.clear).equals(header.clear)) refuse('CLEAR_MISMATCH');
  events.forEach((event, index) => {
    const time = clear.time[index]!;
    if (!checkClearRow(clear, index, event) || time < header.first || time > header.last)
      refuse('CLEAR_MISMATCH');
  });
  return { id: hash(label('id'), header.session, salt).subarray(0, 16), rows: lines };
}

export { Refused };
