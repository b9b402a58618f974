import { encodedAround } from '../carriers/base64.ts';
import { CARRIERS } from '../carriers/carriers.ts';
import { hexAround } from '../carriers/hex.ts';
import { textualRuns } from '../carriers/textual.ts';
import { Runs } from '../scan/runs.ts';
import type { PersonalFinding } from './finding.ts';
import { findPersonal, settled } from './index.ts';

/** Layers that are taken off one after another, and how many of them may be base64 or hexadecimal. */
const MAX_DEPTH = 3;
const MAX_DECODED = 2;
/** Layers that can be taken off in several orders multiply: so many units are looked at for one of the text. */
const MAX_WORK = 8;
const FREE_WORK = 1 << 16;

/** A text, and the layers that were taken off to get it. */
interface Layer {
  readonly text: string;
  readonly depth: number;
  readonly decoded: number;
  readonly work: { units: number; readonly seen: Set<string> };
}

/**
 * What `findPersonal` finds in a text, and in what it is when the escapes of JSON and of URLs, HTML entities, zeros
 * of UTF-16, base64 and hexadecimal are taken off; by places in the text as it is given. A value in base64 or
 * hexadecimal is one finding, of the surest kind in it. Linear in the length of the text.
 */
export function findEncodedPersonal(text: string): PersonalFinding[] {
  const work = { units: FREE_WORK + MAX_WORK * text.length, seen: new Set<string>() };
  return settled(inLayer({ text, depth: 0, decoded: 0, work }));
}

function inLayer(layer: Layer): PersonalFinding[] {
  const { text, depth, decoded, work } = layer;
  const found = findPersonal(text);
  if (depth >= MAX_DEPTH) return found;
  for (const [sign, undo] of CARRIERS) {
    const view = work.units > 0 && text.includes(sign) ? undo(text) : undefined;
    if (!view || work.seen.has(view.text)) continue;
    work.seen.add(view.text);
    work.units -= view.text.length;
    for (const one of inLayer({ ...layer, text: view.text, depth: depth + 1 })) {
      const [start, end] = [view.toEncoded(one.start), view.toEncoded(one.end)];
      const plainly = !one.encoded && end - start === one.end - one.start;
      found.push({ ...one, start, end, ...(plainly ? {} : { encoded: true }) });
    }
  }
  if (decoded < MAX_DECODED) found.push(...inValues(layer));
  return found;
}

/** In values that are encoded as a whole. */
function inValues({ text, depth, decoded, work }: Layer): PersonalFinding[] {
  const found: PersonalFinding[] = [];
  const runs = new Runs(text);
  const seen = new Set<number>();
  textualRuns(
    text.length,
    (at) => text.charCodeAt(at),
    (at, coding) => {
      if (work.units <= 0) return;
      const value =
        coding === 'hex' ? hexAround(text, at, runs, seen) : encodedAround(text, at, 0, runs, seen);
      if (!value) return;
      work.units -= value.text.length;
      const inside = inLayer({ text: value.text, depth: depth + 1, decoded: decoded + 1, work });
      const first = inside.find(({ confidence }) => confidence === 'high') ?? inside[0];
      if (first) found.push({ ...first, start: value.start, end: value.end, encoded: true });
    },
  );
  return found;
}
