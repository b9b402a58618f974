import { looksLikeKey, looksLikeProse, showSample } from './judge.ts';
import type { Judgement, Visible } from './report.ts';

const MAX_DISTINCT = 65_536;
const SAMPLES = 5;

interface Group {
  files: Set<string>;
  rows: number;
  distinct: Set<string>;
  prose: string[];
  keys: string[];
  other: string[];
}

/** Replaces ids, hashes and numbers of a path, so that the parts of a table are one line of the report. */
export function pathPattern(path: string): string {
  return path
    .split(' › ')[0]!
    .split('/')
    .map((name) =>
      name.replace(/[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{12,}|\d+/gi, '*').replace(/\*(?:[_.-]?\*)+/g, '*'),
    )
    .join('/')
    .replace(/(?:\/(?:[0-9a-f]{3}|\*))+(?=\/)/g, '/*');
}

/** Two words of one script with nothing odd between, or four Chinese, Japanese or Korean characters. */
const WORDS =
  /[A-Za-z]{3,}[ _.:/"'=-]{1,4}[A-Za-z]{3,}|\p{Lu}?\p{Ll}{3,} \p{Ll}{2,}|\p{Script=Han}{4}|\p{Script=Hangul}{3}|[\p{Script=Hiragana}\p{Script=Katakana}]{4}/u;

const hasWords = (text: string) => !text.includes('\ufffd') && WORDS.test(text);

/** Object numbers differ between two databases that are otherwise the same. */
export const withoutNumbers = (text: string) => text.replace(/\d+/g, '0');

/** Gathers the readable text of files, by kind of file, without keeping all of it. */
export class Texts {
  readonly #groups = new Map<string, Group>();
  readonly #known: ReadonlySet<string>;

  /** `known` texts, their numbers taken out, are passed over. */
  constructor(known: ReadonlySet<string> = new Set()) {
    this.#known = known;
  }

  add(text: string, where: string): void {
    if (this.#known.has(withoutNumbers(text))) return;
    // Random bytes print now and then; a text has words.
    if (!hasWords(text) && !looksLikeKey(text)) return;
    const pattern = pathPattern(where);
    let group = this.#groups.get(pattern);
    if (!group) {
      group = { files: new Set(), rows: 0, distinct: new Set(), prose: [], keys: [], other: [] };
      this.#groups.set(pattern, group);
    }
    group.rows++;
    if (group.files.size < MAX_DISTINCT) group.files.add(where.split(' › ')[0]!);
    if (group.distinct.has(text) || group.distinct.size >= MAX_DISTINCT) return;
    group.distinct.add(text);
    const list = looksLikeKey(text) ? group.keys : looksLikeProse(text) ? group.prose : group.other;
    if (list.length < SAMPLES) list.push(text);
  }

  report(): Visible[] {
    return [...this.#groups].map(([where, group]) => ({
      where,
      column: `(text in ${group.files.size} ${group.files.size === 1 ? 'file' : 'files'})`,
      type: 'text',
      rows: group.rows,
      distinct: group.distinct.size,
      judgement: judgeGroup(group),
      sample: [...group.keys, ...group.prose, ...group.other]
        .slice(0, SAMPLES)
        .map((text) => showSample(Buffer.from(text))),
    }));
  }
}

function judgeGroup({ keys, prose }: Group): Judgement {
  if (keys.length > 0) return 'key material';
  return prose.length > 0 ? 'readable text' : 'names and settings';
}
