import { TacetError } from '@tacet/records';
import { KINDS } from '../kinds.ts';
import type { Rule } from '../rule.ts';
import { RULES } from '../rules/index.ts';
import { type Allowlist, allowlistOf, type Seen } from './allowlist.ts';
import { type ForeignAllowlist, type ForeignConfig, type ForeignRow, parseConfig } from './config.ts';
import { filterOf } from './expression.ts';
import { ForeignPattern } from './pattern.ts';
import { asRule, type Everywhere, ForeignMatcher, kindOf } from './rule.ts';

/** A file may extend one that extends one. */
const MAX_FILES = 3;

/** A file of rules as it was read. */
export interface RulesFile {
  readonly name: string;
  readonly text: string;
}

/** What `createDetector` needs of users' rules, and what concerns whole files. */
export interface LoadedRules {
  /** The built-in rules, if they are to be used too, and the file's. */
  readonly rules: readonly Rule[];
  /** Whether a finding of a built-in rule is let go. */
  readonly allows: (kind: string, seen: Seen) => boolean;
  /** Whether a file is left out as a whole. */
  readonly skips: (path: string) => boolean;
  /** The kinds of rules that a file's name alone fulfils. */
  readonly ofPath: (path: string) => string[];
  /** What the file says of its kinds. */
  readonly descriptions: ReadonlyMap<string, string>;
}

/**
 * Reads a file of rules, and those it extends; their names are resolved by `read`.
 *
 * @throws RULES_INVALID, and what `read` throws
 */
export async function readRules(name: string, read: (name: string) => Promise<string>): Promise<RulesFile[]> {
  const files: RulesFile[] = [];
  for (let next: string | undefined = name; next !== undefined; ) {
    if (files.length === MAX_FILES)
      throw new TacetError(
        'RULES_INVALID',
        `${name} extends more than ${MAX_FILES - 1} files, one through another`,
      );
    const file: RulesFile = { name: next, text: await read(next) };
    files.push(file);
    next = parseConfig(file.text, next).extend?.path;
  }
  return files;
}

/**
 * Makes rules of files, each of which extends the next. For `events`, which no file holds, the built-in rules
 * are used too, whether the files say so or not, and rules that ask for a file's name are refused.
 *
 * @throws RULES_INVALID, naming the rule and what is not supported
 */
export function loadRules(files: readonly RulesFile[], { events = false } = {}): LoadedRules {
  const configs = files.map(({ name, text }) => parseConfig(text, name));
  const [{ name } = { name: 'rules' }] = files;
  const loader = new Loader(configs, name, events);
  if (events) loader.refusePaths();
  return loader.load();
}

class Loader {
  readonly #configs: readonly ForeignConfig[];
  readonly #name: string;
  readonly #builtIn: boolean;
  readonly #rows: ReadonlyMap<string, ForeignRow>;

  constructor(configs: readonly ForeignConfig[], name: string, withBuiltIn: boolean) {
    this.#configs = configs;
    this.#name = name;
    this.#builtIn = withBuiltIn || configs.some(({ extend }) => extend?.useDefault);
    this.#rows = this.#merged();
  }

  load(): LoadedRules {
    const lists = this.#configs.flatMap(
      (config) => config.allowlists ?? (config.allowlist ? [config.allowlist] : []),
    );
    const everywhere: Everywhere = {
      allowlists: lists.filter((list) => !list.targetRules?.length).map((list) => this.#allowlist(list)),
      filter: this.#filter('filter'),
    };
    const prefilter = this.#filter('prefilter');
    const targeted = new Map<string, ForeignAllowlist[]>();
    for (const list of lists) {
      for (const id of list.targetRules ?? []) {
        if (!this.#rows.has(id) && !this.#isBuiltIn(id)) this.#refuse(`allowlist: there is no rule ${id}`);
        targeted.set(id, [...(targeted.get(id) ?? []), list]);
      }
    }
    const rows = [...this.#rows.values()].map((row) => withLists(row, targeted.get(row.id) ?? []));
    const own = rows.filter((row) => row.regex !== undefined || row.path !== undefined);
    const matchers = new Map<string, ForeignMatcher>();
    for (const row of own) {
      if (row.regex !== undefined)
        matchers.set(row.id, new ForeignMatcher(row, everywhere, this.#place(row)));
    }
    for (const matcher of matchers.values()) {
      matcher.requirements = (matcher.row.required ?? []).map(({ id, ...within }) => {
        const rule = matchers.get(id);
        if (!rule) this.#refuse(`rule ${matcher.row.id}: required: there is no rule ${id} with a regex`);
        return { rule, ...within };
      });
    }
    const reported = [...matchers.values()].filter(({ row }) => !row.skipReport).map(asRule);
    const replaced = new Set(reported.map(({ kind }) => kind));
    return {
      rules: [...(this.#builtIn ? RULES.filter(({ kind }) => !replaced.has(kind)) : []), ...reported],
      allows: this.#builtInAllows(everywhere, rows, targeted),
      skips: (path) =>
        everywhere.allowlists.some((list) => list.allowsPath(path)) ||
        prefilter?.({ path, secret: '', match: '', line: '', text: '', start: 0, end: 0 }) === true,
      ofPath: this.#ofPath(own.filter((row) => row.regex === undefined && !row.skipReport)),
      descriptions: new Map(
        own.flatMap(({ id, description }) => (description ? [[kindOf(id), description]] : [])),
      ),
    };
  }

  refusePaths(): void {
    for (const { id, path } of this.#rows.values())
      if (path !== undefined)
        this.#refuse(`rule ${id}: path is not supported for events, which are in no file`);
  }

  /** The rules of all files: what a file says of a rule goes before what those say that it extends. */
  #merged(): Map<string, ForeignRow> {
    let merged = new Map<string, ForeignRow>();
    for (const config of [...this.#configs].reverse()) {
      const base = merged;
      merged = new Map();
      for (const row of config.rules ?? []) {
        if (merged.has(row.id)) this.#refuse(`there are two rules ${row.id}`);
        const known = base.get(row.id);
        merged.set(row.id, known ? extended(known, row) : row);
      }
      const disabled = new Set(config.extend?.disabledRules);
      for (const id of disabled) {
        if (!base.has(id) && !this.#isBuiltIn(id))
          this.#refuse(`extend.disabledRules: there is no rule ${id}`);
      }
      for (const [id, row] of base) if (!disabled.has(id) && !merged.has(id)) merged.set(id, row);
    }
    for (const { id, regex, path } of merged.values()) {
      if (regex === undefined && path === undefined && !this.#isBuiltIn(id))
        this.#refuse(`rule ${id} has neither regex nor path, and there is none of that name to extend`);
    }
    return merged;
  }

  /** What is let go of built-in findings: by lists and filters, and the kinds that are disabled. */
  #builtInAllows(
    everywhere: Everywhere,
    rows: readonly ForeignRow[],
    targeted: ReadonlyMap<string, readonly ForeignAllowlist[]>,
  ): LoadedRules['allows'] {
    const disabled = new Set(this.#configs.flatMap(({ extend }) => extend?.disabledRules ?? []));
    const lists = new Map<string, Allowlist[]>();
    const add = (kind: string, of: readonly ForeignAllowlist[]) =>
      lists.set(kind, [...(lists.get(kind) ?? []), ...of.map((list) => this.#allowlist(list))]);
    for (const [kind, of] of targeted) add(kind, of);
    for (const row of rows) {
      if (row.regex !== undefined || row.path !== undefined) continue;
      for (const name of ['entropy', 'secretGroup', 'keywords', 'required', 'filter'] as const) {
        if (row[name] !== undefined)
          this.#refuse(`rule ${row.id}: ${name} is not supported for a built-in rule`);
      }
      if (row.skipReport) disabled.add(row.id);
      add(row.id, row.allowlists ?? []);
    }
    return (kind, seen) =>
      disabled.has(kind) ||
      everywhere.filter?.(seen) === true ||
      [...everywhere.allowlists, ...(lists.get(kind) ?? [])].some(
        (list) => list.allowsPath(seen.path) || list.allows(seen),
      );
  }

  #ofPath(rows: readonly ForeignRow[]): LoadedRules['ofPath'] {
    const rules = rows.map((row) => ({
      kind: kindOf(row.id),
      path: new ForeignPattern(row.path!, `${this.#place(row)}: path`),
      lists: (row.allowlists ?? []).map((list) => this.#allowlist(list)),
    }));
    return (path) =>
      rules
        .filter((rule) => rule.path.test(path) && !rule.lists.some((list) => list.allowsPath(path)))
        .map(({ kind }) => kind);
  }

  /** The filters of all files: each may let a finding go. */
  #filter(member: 'filter' | 'prefilter'): ((seen: Seen) => boolean) | undefined {
    const filters = this.#configs.flatMap((config) => {
      const source = config[member];
      return source === undefined ? [] : [filterOf(source, `${this.#name}: ${member}`)];
    });
    return filters.length === 0 ? undefined : (seen) => filters.some((filter) => filter(seen));
  }

  #isBuiltIn(id: string): boolean {
    return this.#builtIn && KINDS.has(id);
  }

  #allowlist(list: ForeignAllowlist): Allowlist {
    return allowlistOf(list, `${this.#name}: allowlist`);
  }

  #place({ id }: ForeignRow): string {
    return `${this.#name}: rule ${id}`;
  }

  #refuse(what: string): never {
    throw new TacetError('RULES_INVALID', `${this.#name}: ${what}`);
  }
}

/** A rule with its allowlists in one place, and those of the file that are for it. */
function withLists({ allowlist, ...row }: ForeignRow, more: readonly ForeignAllowlist[]): ForeignRow {
  const lists = more.map(({ targetRules: _, ...list }) => list);
  return { ...row, allowlists: [...(row.allowlists ?? (allowlist ? [allowlist] : [])), ...lists] };
}

/** `row` on top of `base`: what it says replaces; keywords, tags and allowlists are added. */
function extended(base: ForeignRow, row: ForeignRow): ForeignRow {
  const [under, over] = [withLists(base, []), withLists(row, [])];
  return {
    ...under,
    ...over,
    ...(base.keywords || row.keywords
      ? { keywords: [...(base.keywords ?? []), ...(row.keywords ?? [])] }
      : {}),
    ...(base.tags || row.tags ? { tags: [...(base.tags ?? []), ...(row.tags ?? [])] } : {}),
    allowlists: [...under.allowlists!, ...over.allowlists!],
  };
}
