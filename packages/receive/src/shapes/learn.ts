import { type Event, encodeRow, type Json } from '@tacet/records';
import { isCanonical } from '../lines/canonical.ts';
import type { LineReader } from '../lines/line.ts';
import { ATTRIBUTE_NAMES, RESOURCE_NAMES } from '../lines/names.ts';
import { RULES } from '../lines/rules.ts';
import { isObject, type Members, setOwn } from '../members.ts';
import { timeOfValue } from '../time.ts';
import { CLASS } from './kernel.ts';
import { type Leaf, type Treated, treat, treatCanonical } from './treatment.ts';

/** What follows a piece of learned text: the number of a leaf, something reckoned from times, or nothing. */
export interface Piece {
  text: string;
  next: number | 'time' | 'duration' | 'nothing';
}

/** What becomes of a line: pieces of text with its values between them. */
export interface Plan {
  pieces: Piece[];
  /** The leaves that hold the time and the end; undefined when the line has none. */
  time: number | undefined;
  end: number | undefined;
  /** Whether the time is in nanoseconds already. */
  nanos: boolean;
}

/** What decides, beyond its names and classes, what becomes of a line. */
export interface Deciders {
  /** Numbers of leaves whose values do. */
  literals: number[];
  /** Pairs of leaves for one field: whether they are equal does. */
  pairs: [number, number][];
}

/** Members whose objects are looked into. */
export const OPENED: readonly string[] = [...ATTRIBUTE_NAMES, ...RESOURCE_NAMES];

const isNames = (key: string, value: Json) => Array.isArray(value) && /.\.names$/.test(key);
const isValues = (key: string, value: Json): value is Json[] =>
  Array.isArray(value) && /.\.values$/.test(key);
const isOpened = (key: string, value: Json): value is Members => isObject(value) && OPENED.includes(key);

/**
 * The values of a line in the order in which the kernel found them, with their classes; undefined when
 * JavaScript sees another order or other values.
 */
export function leavesOf(line: Members, kinds: readonly number[]): Leaf[] | undefined {
  const leaves: Leaf[] = [];
  const add = (key: string, value: Json, within?: Leaf['within']) => {
    const leaf = { key, value, kind: kinds[leaves.length] ?? 0 };
    leaves.push(within ? { ...leaf, within } : leaf);
  };
  for (const [key, value] of Object.entries(line)) {
    const rule = RULES.get(key);
    if (isNames(key, value)) {
      if (rule?.act !== 'column' || !Array.isArray(line[`${key.slice(0, -6)}.values`])) return undefined;
    } else if (isValues(key, value)) {
      const names = line[`${key.slice(0, -7)}.names`];
      if (rule?.act !== 'column' || !Array.isArray(names) || names.length !== value.length) return undefined;
      for (const [index, inner] of value.entries()) add(String(names[index]), inner);
    } else if (isOpened(key, value)) {
      for (const [name, inner] of Object.entries(value)) add(name, inner, rule!.act as Leaf['within']);
    } else add(key, value);
  }
  return leaves.length === kinds.length ? leaves : undefined;
}

/** What each value of a line means to the event, or undefined when only the reader knows. */
function treatments(line: Members, leaves: readonly Leaf[]): Treated[] | undefined {
  const treated = leaves.map(isCanonical(line) ? treatCanonical : treat);
  const number = (wanted: string) => treated.filter(({ treatment }) => treatment === wanted).length;
  return number('reader') > 0 || number('time') > 1 || number('end') > 1 ? undefined : treated;
}

/** @returns undefined when lines with these names and classes are the reader's */
export function learnDeciders(line: Members, leaves: readonly Leaf[]): Deciders | undefined {
  const treated = treatments(line, leaves);
  if (!treated) return undefined;
  const literals = treated.flatMap(({ treatment }, index) => (treatment === 'literal' ? [index] : []));
  const pairs = pairsOf(treated);
  // Whether a text and a number are equal is more than their texts say.
  const alike = pairs.every(([a, b]) => leaves[a]!.kind === leaves[b]!.kind);
  return alike ? { literals, pairs } : undefined;
}

function pairsOf(treated: readonly Treated[]): [number, number][] {
  const first = new Map<number, number>();
  return treated.flatMap(({ fields }, index) =>
    fields.flatMap((field): [number, number][] => {
      const other = first.get(field);
      if (other !== undefined) return [[other, index]];
      first.set(field, index);
      return [];
    }),
  );
}

/** The line's times do not say what becomes of others. */
export const OTHER_TIMES = 'other times';

/**
 * What the reader makes of a line of this shape: it reads a copy with marks in place of the values that it only
 * passes on, and where the marks come out the values will. Undefined when they do not all come out.
 *
 * @throws what the reader throws
 */
export function learnPlan(
  reader: LineReader,
  line: Members,
  leaves: readonly Leaf[],
): Plan | typeof OTHER_TIMES | undefined {
  const treated = treatments(line, leaves);
  if (!treated) return undefined;
  const place = (wanted: string) => {
    const found = treated.findIndex(({ treatment }) => treatment === wanted);
    return found < 0 ? undefined : found;
  };
  const [time, end] = [place('time'), place('end')];
  const now = 1_234_567_891_011;
  const begins = time === undefined ? `${now}000000` : timeOfValue(leaves[time]!.value);
  const ends = end === undefined ? undefined : timeOfValue(leaves[end]!.value);
  if (begins === undefined) return OTHER_TIMES;
  const duration = ends === undefined ? undefined : Number(BigInt(ends) - BigInt(begins));
  if (end !== undefined && !(duration !== undefined && duration > 0)) return OTHER_TIMES;
  const marks = marksOf(leaves, treated);
  const event = reader.event(marked(line, leaves, marks), now);
  if (event.time !== begins || (duration !== undefined && event.duration_ns !== duration)) return undefined;
  const pieces = cut(event, marks, duration);
  return pieces && { pieces, time, end, nanos: isCanonical(line) };
}

interface Mark {
  value: Json;
  /** How it stands in a row. */
  text: string;
  /** How it stands there when it was made an id. */
  quoted?: string;
}

/** Classes of one value: there is nothing to mark. */
const SAYS_ALL: ReadonlySet<number> = new Set([CLASS.empty, CLASS.true, CLASS.false, CLASS.null]);

/** A mark for each value that is only passed on; equal values of one field have one mark, the first one's. */
function marksOf(leaves: readonly Leaf[], treated: readonly Treated[]): (Mark | undefined)[] {
  const equal = new Map(
    pairsOf(treated)
      .filter(([a, b]) => JSON.stringify(leaves[a]!.value) === JSON.stringify(leaves[b]!.value))
      .map(([a, b]) => [b, a]),
  );
  const marks: (Mark | undefined)[] = [];
  for (const [index, { kind }] of leaves.entries()) {
    const marked = treated[index]!.treatment === 'opaque' && !SAYS_ALL.has(kind);
    const first = equal.get(index);
    marks.push(marked ? (first === undefined ? markOf(kind, index) : marks[first]) : undefined);
  }
  return marks;
}

/** A value of the class that is found again, and that no line holds. */
function markOf(kind: number, index: number): Mark {
  const number = String(index).padStart(3, '0');
  const mark = (value: Json): Mark => ({ value, text: JSON.stringify(value) });
  const text = `mark \u{f8ff}${number}`;
  switch (kind) {
    case CLASS.hex:
      return mark(`c0ffee${number}5ea1ed0`);
    case CLASS.whole:
    case CLASS.number:
      return { ...mark(Number(`7380169245${number}`)), quoted: `"7380169245${number}"` };
    case CLASS.object:
      return mark({ [text]: 0 });
    case CLASS.list:
      return mark([text]);
    default:
      return mark(text);
  }
}

function marked(line: Members, leaves: readonly Leaf[], marks: readonly (Mark | undefined)[]): Members {
  const copy: Members = {};
  let at = 0;
  const next = () => {
    const leaf = leaves[at]!;
    return marks[at++]?.value ?? leaf.value;
  };
  for (const [key, value] of Object.entries(line)) {
    if (isNames(key, value)) copy[key] = value;
    else if (isValues(key, value)) copy[key] = value.map(next);
    else if (isOpened(key, value)) {
      const members: Members = {};
      for (const name of Object.keys(value)) setOwn(members, name, next());
      copy[key] = members;
    } else setOwn(copy, key, next());
  }
  return copy;
}

/** The row of the event, cut where times and marks stand; undefined when one is missing or comes twice. */
function cut(
  event: Event,
  marks: readonly (Mark | undefined)[],
  duration: number | undefined,
): Piece[] | undefined {
  const row = encodeRow(event);
  const head = '{"time":"';
  const places: { at: number; length: number; next: Piece['next'] }[] = [
    { at: head.length, length: event.time.length, next: 'time' },
  ];
  if (duration !== undefined) {
    const name = '"duration_ns":';
    places.push({ at: row.indexOf(name) + name.length, length: String(duration).length, next: 'duration' });
  }
  for (const [index, mark] of marks.entries()) {
    if (!mark || marks.indexOf(mark) < index) continue;
    const quoted = mark.quoted !== undefined && row.includes(mark.quoted);
    const text = quoted ? mark.quoted! : mark.text;
    const at = row.indexOf(text);
    if (at < 0 || row.includes(text, at + 1)) return undefined;
    const border = quoted ? 1 : 0;
    places.push({ at: at + border, length: text.length - 2 * border, next: index });
  }
  places.sort((a, b) => a.at - b.at);
  let from = 0;
  const pieces: Piece[] = [];
  for (const { at, length, next } of places) {
    if (at < from) return undefined;
    pieces.push({ text: row.slice(from, at), next });
    from = at + length;
  }
  return row.startsWith(head) ? [...pieces, { text: row.slice(from), next: 'nothing' }] : undefined;
}
