import { TacetError } from '@tacet/records';
import { decodeClear, type OpenedSegment, parseHeader, type SealedParts, toHex } from '@tacet/seal';
import { randomHex } from './commitment.ts';
import type { Call, SearchGround, SearchServer } from './port.ts';
import type { ReaderKeys } from './reader-keys.ts';

/** A whole segment, opened, as it came. */
export interface ReleasedSegment {
  opened: OpenedSegment;
  stored: SealedParts;
}

/** Segments in one release; their plain text is not held together. */
const AT_ONCE = 16;

/**
 * Has whole segments released, by id (hexadecimal), verifies and opens them. `ground` and `keys` as a
 * search has them. Ids that are gone are left out. Throws what verifying throws: nothing that fails a check
 * is passed over.
 */
export async function* openSegments(
  server: SearchServer,
  ids: readonly string[],
  { ground, keys, call }: { ground: SearchGround; keys: ReaderKeys; call: Call },
): AsyncGenerator<ReleasedSegment, void, undefined> {
  const search = randomHex(16);
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    const asked = new Set(ids.slice(at, at + AT_ONCE));
    for await (const { id, clear, ...parts } of server.release({ ids: [...asked], search }, call)) {
      if (!asked.delete(toHex(id)))
        throw new TacetError('RESULT_INCOMPLETE', 'the server released a segment that was not asked for');
      const name = toHex(parseHeader(parts.header).session);
      const record = ground.sessions.get(name);
      if (!record) throw new TacetError('RESULT_INCOMPLETE', 'the server gave no record of a session');
      const stored: SealedParts = { ...parts, clear: decodeClear(clear) };
      const opened = await (await keys.session(name, record)).open(stored);
      if (toHex(opened.id) !== toHex(id))
        throw new TacetError('MATCH_MISMATCH', 'the server released another segment under this id');
      yield { opened, stored };
    }
  }
}
