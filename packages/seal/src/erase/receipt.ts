import { TacetError } from '@tacet/records';
import { platform } from '#platform';
import { emptyRecords, writerMay } from '../authority/authority.ts';
import { verifyAuthority } from '../authority/verify.ts';
import { equalBytes, toHex, utf8 } from '../encoding/bytes.ts';
import { type StatementKind, verifyStatement } from './statement.ts';

/** A text and who signed it; keys and signatures in base64. */
export interface SignedText {
  text: string;
  key: string;
  signature: string;
}

/** What a reader with the capability _erase_ asks for; the subject stands in it as a tag only. */
export interface RequestText {
  kind: 'tacet erasure request';
  workspace: string;
  /** Of the subject, hexadecimal. */
  tag: string;
  /** The epoch whose readers can see the subject. */
  epoch: number;
  /** Fields of an event that name the subject. */
  fields: string[];
  rows: number;
  segments: number;
  /** Rows that may go before another approval is needed. */
  atMost: number;
  /** ISO 8601, as all times below. */
  time: string;
}

/** A second person agrees. */
export interface ApprovalText {
  kind: 'tacet erasure approval';
  workspace: string;
  erasure: string;
  /** SHA-256 of the request's text, hexadecimal. */
  request: string;
  time: string;
}

/** What the server states when all of it is done. */
export interface ReceiptText {
  kind: 'tacet erasure receipt';
  version: 1;
  workspace: string;
  rootHash: string;
  erasure: string;
  request: string;
  approval: string;
  fields: string[];
  /** Rows that are gone, segments that held them, and those of these of which other rows stay. */
  rows: number;
  segments: number;
  rewritten: number;
  approved: string;
  /** From when on no copy of the log database opens these segments: their shares were deleted. */
  sharesDeleted: string;
  /** When the last file of the log database that held the old segments was gone. */
  filesGone: string;
  /** Backups made until then forget too, and since which day. */
  backups: { logDatabase: string; controlRecords: string };
  notReached: string[];
  /** Place in the trail of the entry about it. */
  trail: { index: number; leaf: string };
}

/** A receipt as a file: JSON. The records are what verifying needs of the workspace's authority. */
export interface ErasureReceipt {
  receipt: SignedText;
  request: SignedText;
  approval: SignedText;
  authority: { root: string[]; operations: string[]; writers: string[]; readers: string[] };
}

const MAX_FILE = 4 * 1024 * 1024;

const bytesOf = (base64: string) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
const hashOf = (text: string) => toHex(platform.sha256(utf8(text)));

function fail(what: string): never {
  throw new TacetError('RECEIPT_INVALID', `this is no valid receipt: ${what}`);
}

function signed<T extends { kind: string }>(
  value: unknown,
  kind: T['kind'],
): { text: T; raw: string; by: { key: Uint8Array; signature: Uint8Array } } {
  const { text, key, signature } = value as SignedText;
  const read = JSON.parse(text) as T;
  if (read.kind !== kind) fail(`it has no ${kind}`);
  return { text: read, raw: text, by: { key: bytesOf(key), signature: bytesOf(signature) } };
}

const seconds = (time: string) => Math.floor(Date.parse(time) / 1000);

/**
 * Verifies a receipt's file: signatures of the server, of who asked and of who agreed, that these are two
 * certified readers, and that all three speak of one erasure.
 *
 * @param rootHash SHA-256 of root record 0 of the workspace, hexadecimal; from elsewhere than the file.
 * @throws TacetError RECEIPT_INVALID, and what `verifyAuthority` throws.
 */
export async function verifyReceipt(file: string, rootHash: string): Promise<ReceiptText> {
  if (file.length > MAX_FILE) fail('it is too long');
  try {
    return await verified(JSON.parse(file) as ErasureReceipt, rootHash);
  } catch (error) {
    if (error instanceof TacetError) throw error;
    return fail('it is not of the known form');
  }
}

async function verified(file: ErasureReceipt, rootHash: string): Promise<ReceiptText> {
  const receipt = signed<ReceiptText>(file.receipt, 'tacet erasure receipt');
  const request = signed<RequestText>(file.request, 'tacet erasure request');
  const approval = signed<ApprovalText>(file.approval, 'tacet erasure approval');
  if (receipt.text.version !== 1) fail('another version');
  if (receipt.text.rootHash !== rootHash) fail('it is of another workspace');

  const records = emptyRecords();
  for (const list of ['root', 'operations', 'writers', 'readers'] as const)
    records[list] = file.authority[list].map(bytesOf);
  const authority = await verifyAuthority(records, { rootHash: bytesOf(btoa(fromHex(rootHash))) });
  const { workspace } = authority;
  const texts = [receipt.text, request.text, approval.text];
  if (texts.some((text) => text.workspace !== workspace)) fail('it is of another workspace');

  const good = (kind: StatementKind, one: { raw: string; by: typeof receipt.by }) =>
    verifyStatement(kind, one.raw, one.by);
  if (!(await good('erasure-receipt', receipt))) fail('the signature of the server');
  if (!(await good('erasure-request', request))) fail('the signature of who asked');
  if (!(await good('erasure-approval', approval))) fail('the signature of who agreed');

  if (!writerMay(authority, receipt.by.key, seconds(receipt.text.filesGone), 'seal'))
    fail('nobody certified the key that signed it');
  if (!writerMay(authority, request.by.key, seconds(receipt.text.sharesDeleted), 'erase'))
    fail('who asked may not erase');
  const reader = ({ by }: { by: { key: Uint8Array } }) =>
    authority.readers.find((one) => equalBytes(one.signing, by.key)) ?? fail('a key that no reader has');
  if (equalBytes(reader(request).id, reader(approval).id)) fail('one and the same person asked and agreed');
  const bound =
    approval.text.request === hashOf(request.raw) &&
    receipt.text.request === hashOf(request.raw) &&
    receipt.text.approval === hashOf(approval.raw) &&
    approval.text.erasure === receipt.text.erasure &&
    JSON.stringify(receipt.text.fields) === JSON.stringify(request.text.fields) &&
    receipt.text.rows <= request.text.atMost;
  if (!bound) fail('its parts are of different erasures');
  return receipt.text;
}

function fromHex(hex: string): string {
  return String.fromCharCode(...(hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
}
