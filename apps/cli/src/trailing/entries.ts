import { TacetError } from '@tacet/records';
import {
  CHECKPOINT,
  decodeEntry,
  type LoggedEntry,
  parseCheckpoint,
  readLeaves,
  readNote,
  type TileSource,
} from '@tacet/trail';
import { harmless, type painter } from '../terminal/text.ts';

/** An entry with its number, and its texts where they were asked for. */
export interface NumberedEntry {
  index: number;
  entry: LoggedEntry;
}

/** Entries from number `first` up to the newest checkpoint, as they stand: nothing is verified here. */
export async function* readEntries(
  source: TileSource,
  first = 0,
): AsyncGenerator<NumberedEntry, void, undefined> {
  const note = await readNote(source, CHECKPOINT);
  if (note === undefined) throw new TacetError('TRAIL_ENTRY_MISSING', 'the trail has no checkpoint');
  let index = first;
  for await (const leaf of readLeaves(source, first, parseCheckpoint(note).size))
    yield { index: index++, entry: decodeEntry(leaf) };
}

/** Facts longer than this are cut when shown to people. */
const MAX_FACT = 60;

function factText(value: unknown): string {
  if (Array.isArray(value)) return `${value.length} of them`;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > MAX_FACT ? `${text.slice(0, MAX_FACT)}…` : text;
}

/** One entry for people: a line of facts and one for each text. */
export function showEntry(
  { index, entry }: NumberedEntry,
  texts: Record<string, string> | undefined,
  paint: ReturnType<typeof painter>,
): string {
  const facts = Object.entries(entry.facts).map(([name, value]) => `${name}=${harmless(factText(value))}`);
  const line = [
    paint('dim', String(index).padStart(6)),
    paint('dim', entry.time),
    paint('bold', harmless(entry.kind)),
    paint('cyan', harmless(entry.actor)),
    ...facts,
  ].join('  ');
  const said = Object.entries(texts ?? {}).map(
    ([name, text]) => `          ${harmless(name)}: ${harmless(text)}\n`,
  );
  return `${line}\n${said.join('')}`;
}
