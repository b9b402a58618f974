import type { ErasureReceipt, SignedText } from '@tacet/seal';
import type { ErasureMessage } from '@tacet/search/wire';
import type { ErasureRow } from '@tacet/store';

/** What is kept of an erasure. Ids and times as texts: hexadecimal, ISO 8601. */
export interface Erasure {
  id: string;
  state: ErasureMessage['state'];
  /** Who asked: the id of a token or an account. */
  actor: string;
  request: SignedText;
  /** The subject, for readers of the epoch, until the erasure is done: base64. */
  sealed?: string;
  approval?: SignedText;
  approvedAt?: string;
  /** Old segment → the one in its place, '' when no row stays. */
  replaced: Record<string, string>;
  /** The same, meant and perhaps done, with the rows that go. */
  pending: Record<string, { by: string; rows: number }>;
  /** Rows erased. */
  rows: number;
  sharesDeletedAt?: string;
  /** Place of the entry in the trail. */
  entry?: { index: number; leaf: string };
  /** Files of the log database that hold old segments. */
  parts?: string[];
  rotatedAt?: string;
  receipt?: ErasureReceipt;
}

export function readErasure({ body }: ErasureRow): Erasure {
  return JSON.parse(Buffer.from(body).toString('utf8')) as Erasure;
}

export function writeErasure(workspace: string, erasure: Erasure): ErasureRow {
  return {
    id: new Uint8Array(Buffer.from(erasure.id, 'hex')),
    workspace,
    body: new Uint8Array(Buffer.from(JSON.stringify(erasure))),
  };
}

export function messageOf(erasure: Erasure): ErasureMessage {
  const { id, state, request, sealed, approval, rows, replaced, parts, receipt } = erasure;
  return {
    id,
    state,
    request,
    ...(sealed !== undefined && { sealed }),
    ...(approval && { approval }),
    rows,
    segments: Object.keys(replaced).length,
    filesLeft: parts?.length ?? 0,
    ...(receipt && { receipt }),
  };
}
