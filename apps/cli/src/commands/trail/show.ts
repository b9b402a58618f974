import { TacetError } from '@tacet/records';
import { ENTRY_KINDS } from '@tacet/trail';
import { type Io, STATUS } from '../../io.ts';
import { wholeNumber } from '../../options.ts';
import { painter } from '../../terminal/text.ts';
import { type NumberedEntry, readEntries, showEntry } from '../../trailing/entries.ts';
import { findTrail, type TrailPlace } from '../../trailing/place.ts';
import { readTexts } from '../../trailing/texts.ts';

export interface ShowOptions extends TrailPlace {
  kind?: string[];
  limit: string;
  texts?: boolean;
  json?: boolean;
}

/** `tacet trail show`: the newest entries, the newest last. */
export async function show(options: ShowOptions, io: Io): Promise<number> {
  const limit = wholeNumber('--limit', options.limit, 1, 1_000_000);
  for (const kind of options.kind ?? [])
    if (!Object.hasOwn(ENTRY_KINDS, kind))
      throw new TacetError(
        'USAGE',
        `no kind is called ${kind}; there are ${Object.keys(ENTRY_KINDS).join(', ')}`,
      );
  const { source } = await findTrail(options, io);
  let kept: NumberedEntry[] = [];
  for await (const each of readEntries(source)) {
    if (!options.kind || options.kind.includes(each.entry.kind)) kept.push(each);
    if (kept.length >= 2 * limit) kept = kept.slice(-limit);
  }
  kept = kept.slice(-limit);
  const texts = options.texts ? await readTexts(options, kept, io) : undefined;
  const paint = painter(io.stdout, io.env);
  for (const each of kept) {
    const said = texts?.get(each.index);
    io.stdout.write(
      options.json
        ? `${JSON.stringify({ index: each.index, ...each.entry, ...(said && { texts: said }) })}\n`
        : showEntry(each, said, paint),
    );
  }
  return STATUS.done;
}
