import { AUTHORITY_LISTS, type AuthorityRecords, emptyRecords } from '@tacet/seal';
import { fromBase64, toBase64 } from './text.ts';

/**
 * Answer of GET /v1/authority, and, with what is new alone, body of POST: signed records, base64. A list
 * that is absent is an empty one.
 */
export type AuthorityMessage = Partial<Record<keyof AuthorityRecords, string[]>>;

/** Answer of POST /v1/authority: how many records were new, and how many grants and shares were deleted. */
export interface AuthorityChangeMessage {
  added: number;
  grants: number;
  shares: number;
}

const MAX_RECORDS = 100_000;

export function authorityMessage(records: Partial<AuthorityRecords>): AuthorityMessage {
  const message: AuthorityMessage = {};
  for (const list of AUTHORITY_LISTS) if (records[list]) message[list] = records[list].map(toBase64);
  return message;
}

/** The records of foreign JSON; `fail` throws, and is told which list is not one. */
export function authorityRecords(value: unknown, fail: (what: string) => never): AuthorityRecords {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return fail('authority');
  const message = value as Record<string, unknown>;
  const records = emptyRecords();
  for (const name of AUTHORITY_LISTS) {
    const list = message[name] ?? [];
    if (!Array.isArray(list) || list.length > MAX_RECORDS) return fail(name);
    records[name] = list.map((record) => fromBase64(record) ?? fail(name));
  }
  return records;
}
