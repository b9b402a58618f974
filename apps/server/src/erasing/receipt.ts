import { createHash } from 'node:crypto';
import {
  type AuthorityRecords,
  decodeReader,
  decodeWriter,
  type ErasureReceipt,
  equalBytes,
  type ReceiptText,
  type RequestText,
  signStatement,
  type WriterCredential,
} from '@tacet/seal';
import type { Erasure } from './erasure.ts';

/** What no erasure reaches. It stands in every receipt. */
const NOT_REACHED = [
  'coarse facts (time, service, model and the like) of these rows in backups of the log database',
  'rows in which the person is only mentioned, and not named by the fields above',
  'copies of keys/share.json made before: with one, and a backup of the control records, old segments open again',
  'what readers exported, printed or remember; what other systems hold',
  'segments that a hostile server kept back from the search for the person',
];

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** The receipt of an erasure whose every step is done, signed by the server's writer key. */
export async function receiptOf(
  erasure: Erasure,
  {
    workspace,
    rootHash,
    writer,
    records,
    now,
  }: {
    workspace: string;
    rootHash: string;
    writer: WriterCredential;
    records: AuthorityRecords;
    now: string;
  },
): Promise<ErasureReceipt> {
  const { request, approval, sharesDeletedAt, approvedAt, rotatedAt, entry } = erasure;
  const text: ReceiptText = {
    kind: 'tacet erasure receipt',
    version: 1,
    workspace,
    rootHash,
    erasure: erasure.id,
    request: hashOf(request.text),
    approval: hashOf(approval!.text),
    fields: (JSON.parse(request.text) as RequestText).fields,
    rows: erasure.rows,
    segments: Object.keys(erasure.replaced).length,
    rewritten: Object.values(erasure.replaced).filter(Boolean).length,
    approved: approvedAt!,
    sharesDeleted: sharesDeletedAt!,
    filesGone: now,
    backups: { logDatabase: sharesDeletedAt!.slice(0, 10), controlRecords: rotatedAt!.slice(0, 10) },
    notReached: NOT_REACHED,
    trail: entry!,
  };
  const json = JSON.stringify(text);
  const { key, signature } = await signStatement('erasure-receipt', json, writer.seed);
  const involved = [
    writer.publicKey,
    ...[request, approval!].map(({ key: by }) => Buffer.from(by, 'base64')),
  ];
  const isOf = (by: Uint8Array) => involved.some((one) => equalBytes(one, by));
  return {
    receipt: { text: json, key: base64(key), signature: base64(signature) },
    request,
    approval: approval!,
    authority: {
      root: records.root.map(base64),
      operations: records.operations.map(base64),
      writers: records.writers.filter((record) => isOf(decodeWriter(record).writer.key)).map(base64),
      readers: records.readers.filter((record) => isOf(decodeReader(record).reader.signing)).map(base64),
    },
  };
}
