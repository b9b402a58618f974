import { TacetError } from '@tacet/records';
import { type Opening, opens } from '@tacet/trail';
import type { Connection } from '../connect.ts';
import type { Io } from '../io.ts';
import type { NumberedEntry } from './entries.ts';
import { requestTrail, type TrailPlace } from './place.ts';
import { auditor } from './store.ts';

const BATCH = 1_000;

/**
 * The texts behind the commitments of some entries, by number: what the server gives and what fits its
 * commitment. Reading them is itself entered in the trail. Throws NOT_ALLOWED, TOKEN_MISSING, …
 */
export async function readTexts(
  options: TrailPlace,
  entries: readonly NumberedEntry[],
  io: Io,
): Promise<Map<number, Record<string, string>>> {
  const wanted = entries.filter(({ entry }) => Object.keys(entry.commitments).length > 0);
  const texts = new Map<number, Record<string, string>>();
  if (wanted.length === 0) return texts;
  const { connection, token } = await auditor(options, io);
  try {
    for (let from = wanted[0]!.index; from <= wanted.at(-1)!.index; from += BATCH) {
      const openings = await ask(connection, token, from, Math.min(BATCH, wanted.at(-1)!.index - from + 1));
      for (const { index, entry: logged } of wanted) {
        const opening = openings[index];
        if (opening && opens(logged.commitments, opening)) texts.set(index, opening.texts);
      }
    }
    return texts;
  } finally {
    await connection.close();
  }
}

async function ask(
  connection: Connection,
  token: string,
  from: number,
  count: number,
): Promise<Record<string, Opening>> {
  const response = await requestTrail(connection, token, `openings?from=${from}&count=${count}`);
  const answer = (await response.json().catch(() => undefined)) as { openings?: unknown } | undefined;
  if (typeof answer?.openings !== 'object' || answer.openings === null)
    throw new TacetError('RESULT_INCOMPLETE', "the server's answer is not of the known form");
  return answer.openings as Record<string, Opening>;
}
