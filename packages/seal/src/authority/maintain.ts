import { CAPABILITY } from '../records/writer.ts';
import { type AuthorityRecords, emptyRecords, epochEnds } from './authority.ts';
import {
  certifyWriter,
  DAY,
  EPOCH_CERTIFICATE_DAYS,
  operationsKey,
  renewEpochCertificate,
} from './certify.ts';
import { nextEpoch, type ReaderIssuer } from './readers.ts';

/** A writer's certificate is renewed when fewer days than this are left. */
const WRITER_LEFT_DAYS = 60;

/** What the holder of the operations key has to do now. */
export interface Maintenance {
  /** To be appended; empty lists when there is nothing to do. */
  records: AuthorityRecords;
  /** The number of the epoch that begins, or whose certificate was renewed. */
  epoch: number;
  begun: boolean;
  renewed: boolean;
  /** Names of writers whose certificates were renewed. */
  writers: string[];
  /** Second at which the delegation of the operations key at hand ends. */
  until: number;
}

/**
 * The routine of a key agent: a new epoch when the newest has begun `epochDays` ago, else another
 * certificate for it when the last one is a day old, and one for each writer whose own ends soon.
 * Only ever for the newest epoch: an older one must end with its certificate.
 *
 * @param options.epochDays no new epochs when absent.
 * @throws TacetError OPERATIONS_INVALID, READER_INVALID.
 */
export async function maintain(
  issuer: ReaderIssuer,
  options: { epochDays?: number } = {},
): Promise<Maintenance> {
  const { authority } = issuer;
  const { delegation } = await operationsKey(issuer);
  const now = Math.floor(issuer.now / 1000);
  const records = emptyRecords();
  const newest = authority.epochs.at(-1);
  const begun = newest ? Math.min(...newest.certificates.map(({ notBefore }) => notBefore)) : 0;
  const due =
    newest === undefined || (options.epochDays !== undefined && now - begun >= options.epochDays * DAY);
  if (due) Object.assign(records, await nextEpoch(issuer));
  const renewed = !due && epochEnds(newest) - now < (EPOCH_CERTIFICATE_DAYS - 1) * DAY;
  if (renewed) records.epochs.push(await renewEpochCertificate(issuer));

  const writers = new Map<string, (typeof authority.writers)[number]>();
  for (const writer of authority.writers) {
    const key = String(writer.key);
    if (writer.notAfter > (writers.get(key)?.notAfter ?? 0)) writers.set(key, writer);
  }
  // One that has ended was let go, or is brought back by a person; who erases is certified for the occasion.
  const ending = [...writers.values()].filter(
    ({ capabilities, notAfter }) =>
      (capabilities & CAPABILITY.erase) === 0 && now <= notAfter && notAfter - now < WRITER_LEFT_DAYS * DAY,
  );
  for (const { key, name, capabilities } of ending)
    records.writers.push(await certifyWriter(issuer, { publicKey: key, name, capabilities }));
  return {
    records,
    epoch: (newest?.number ?? 0) + (due ? 1 : 0),
    begun: due,
    renewed,
    writers: ending.map(({ name }) => name),
    until: delegation.notAfter,
  };
}
