import { type Detector, withoutClaims } from '@tacet/detect';
import type { Event } from '@tacet/records';
import type { KernelExports } from './kernel.ts';
import { loadKeywords } from './keywords.ts';
import { keywordsIn } from './look.ts';
import { eventOf, type Row, rowOf, textOf } from './row.ts';

const [QUOTE, COMMA, HYPHEN, COLON, BRACKET, BACKSLASH] = [0x22, 0x2c, 0x2d, 0x3a, 0x5b, 0x5c];
/** What a number, true, false and null begin with. */
const NUMBER_OR_NAME: ReadonlySet<number> = new Set(Buffer.from('-0123456789tfn'));
const CLAIM = Buffer.from('[secret:');
const SECRETS = Buffer.from('"secrets":');
/** What stands under these keys may tell what the value beside it is. */
const NAMES: ReadonlySet<string> = new Set(['name', 'key', 'Name', 'Key']);

/** A string in the kernel's memory, quotes included. */
interface Place {
  readonly open: number;
  readonly end: number;
}

/** A string to be looked into, and its key; an item of a list has none. */
interface Member extends Place {
  readonly key: string;
}

/** What stands at a place afterwards. */
interface Edit extends Place {
  readonly json: string;
}

/**
 * Cuts secrets out of rows. The kernel says in which strings of a row there may be some; these alone are looked into, and
 * put back between the bytes of the others. A row in which one string may tell about another is parsed and looked into as a
 * whole, more slowly and with the same result.
 */
export class RowScrubber {
  readonly #kernel: KernelExports;
  readonly #memory: Buffer;
  readonly #detector: Detector;
  /** Whether keywords announce all that is found. */
  readonly #told: boolean;
  readonly #limit: number;
  /** Where texts may be put to be looked through. */
  #free = 0;
  readonly #look = (text: string) => keywordsIn(this.#kernel, this.#memory, text, this.#free, this.#limit);

  constructor(kernel: KernelExports, memory: Buffer, detector: Detector) {
    this.#kernel = kernel;
    this.#memory = memory;
    this.#detector = detector;
    this.#told = !detector.everywhere && !detector.thorough;
    this.#limit = kernel.atRows.value + kernel.rowsSize.value;
    loadKeywords(kernel, memory, detector.keywords);
  }

  /** Whether a secret may be in the row that stands at [start, end); false is certain. */
  mayHold(start: number, end: number): boolean {
    return this.#kernel.mayHold(start, end) !== 0;
  }

  /** The row without its secrets. When it stands at `start` in the kernel's memory, what is behind it there must be free. */
  cut(row: Row, start: number | undefined): Row {
    const cut = start !== undefined && this.#told ? this.#cutStrings(row, start) : undefined;
    return cut ?? this.#cutWhole(row);
  }

  #cutWhole(row: Row): Row {
    const text = textOf(row);
    const unclaimed = withoutClaims(text);
    if (unclaimed !== text) return rowOf(this.#detector.scrub(JSON.parse(unclaimed) as Event).event);
    const event = eventOf(row);
    const scrubbed = this.#detector.scrub(event).event;
    return scrubbed === event ? row : rowOf(scrubbed);
  }

  /** Undefined when the row is to be looked into as a whole. */
  #cutStrings(row: Row, start: number): Row | undefined {
    const end = start + row.end - row.start;
    const bytes = this.#memory.subarray(start, end);
    if (bytes.includes(CLAIM) || bytes.includes(SECRETS)) return undefined;
    const suspects = this.#suspects(start, end);
    if (!suspects) return undefined;
    this.#free = end + 1;
    const edits: Edit[] = [];
    const secrets: Record<string, number> = {};
    let done = start;
    for (const suspect of suspects) {
      const member = this.#member(suspect);
      if (!member) return undefined;
      const { open, end, key } = member;
      // Its key may have been suspect before.
      if (open < done || open === end) continue;
      done = end;
      const { text, found } = this.#detector.scrubMember(key, this.#text(member), this.#look);
      if (found.length === 0) continue;
      for (const { kind } of found) secrets[kind] = (secrets[kind] ?? 0) + 1;
      edits.push({ open, end, json: JSON.stringify(text) });
    }
    return edits.length > 0 ? this.#edited(start, end, edits, secrets) : row;
  }

  /** The strings of the row in which the kernel sees keywords; undefined when it cannot tell. */
  #suspects(start: number, end: number): Place[] | undefined {
    const count = this.#kernel.findStrings(start, end);
    if (count < 0) return undefined;
    const suspects: Place[] = [];
    const first: number = this.#kernel.atFound.value + this.#kernel.foundCount() * 8;
    for (let at = first; at < first + count * 8; at += 8)
      suspects.push({ open: this.#memory.readUInt32LE(at), end: this.#memory.readUInt32LE(at + 4) });
    return suspects;
  }

  /** What is to be looked into for a suspect string: itself, or its value; empty for a value that is no text. */
  #member({ open, end }: Place): Member | undefined {
    const memory = this.#memory;
    if (memory[end] === COLON) {
      const key = this.#text({ open, end });
      const next = memory[end + 1]!;
      if (next !== QUOTE && !NUMBER_OR_NAME.has(next)) return undefined;
      if (this.#detector.scrubMember('', key, this.#look).found.length > 0) return undefined;
      return { key, open: end + 1, end: next === QUOTE ? this.#endOf(end + 1) : end + 1 };
    }
    const before = memory[open - 1];
    // What follows an option in a list is its value.
    if (before === COMMA || before === BRACKET)
      return memory[open + 1] === HYPHEN ? undefined : { key: '', open, end };
    if (before !== COLON) return undefined;
    let from = open - 2;
    while (memory[--from] !== QUOTE) if (memory[from] === BACKSLASH) return undefined;
    const key = this.#text({ open: from, end: open - 1 });
    return NAMES.has(key) ? undefined : { key, open, end };
  }

  /** End of the string that begins at `open`. */
  #endOf(open: number): number {
    for (let at = open + 1; ; at++) {
      if (this.#memory[at] === BACKSLASH) at++;
      else if (this.#memory[at] === QUOTE) return at + 1;
    }
  }

  #text({ open, end }: Place): string {
    const raw = this.#memory.toString('utf8', open + 1, end - 1);
    return raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  #edited(start: number, end: number, edits: readonly Edit[], secrets: Record<string, number>): Row {
    // The last brace gives way to what was cut out.
    const last: Edit = { open: end - 1, end, json: `,${JSON.stringify({ secrets }).slice(1)}` };
    const all = [...edits, last];
    const most = all.reduce((sum, { json }) => sum + 3 * json.length, end - start);
    const room = Buffer.allocUnsafeSlow(most);
    let length = 0;
    let from = start;
    for (const edit of all) {
      length += this.#memory.copy(room, length, from, edit.open);
      length += room.write(edit.json, length, 'utf8');
      from = edit.end;
    }
    return { bytes: room, start: 0, end: length, secrets };
  }
}
