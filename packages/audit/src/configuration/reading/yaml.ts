import {
  CST,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseAllDocuments,
} from 'yaml';
import { pathOf, Setting } from '../setting.ts';
import { Budget, invalid, MAX_DEPTH, MAX_SETTINGS } from './limits.ts';

/**
 * The documents of a YAML file (JSON too), each as a root without a name. Members of a list are settings named
 * by their place from 0. Anchors are followed, `<<` merges.
 *
 * @throws CONFIGURATION_INVALID when it is no YAML, or too deep, or too much once anchors are followed
 */
function readYamls(text: string, file: string, nameOf: (contents: unknown) => string = () => ''): Setting[] {
  refuseHostile(text, file);
  const counter = new LineCounter();
  const documents = parse(text, file, counter);
  const budget = new Budget(file);
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw invalid(file, 'is no valid YAML', counter.linePos(error.pos[0]).line);
    return new Reader(document, file, counter, budget).root(nameOf(document.contents));
  });
}

/**
 * The objects of a Kubernetes manifest, each named by its kind and name, below one root.
 *
 * @throws CONFIGURATION_INVALID as `readYamls` does
 */
export function readManifests(text: string, file: string): Setting {
  const children = readYamls(withoutDefinitions(text), file, (contents) => {
    const of = (...path: string[]) =>
      (isMap(contents) ? scalar(contents.getIn(path, true)) : undefined) ?? '';
    return `${of('kind')}/${of('metadata', 'name')}`;
  });
  return new Setting({ name: '', children, file, at: { line: 1, column: 1 } });
}

/** Definitions of kinds are long, and none is a setting: their lines are left blank. */
function withoutDefinitions(text: string): string {
  return text
    .split(/^(?=---)/m)
    .map((part) =>
      /^kind:[ \t]*["']?CustomResourceDefinition/m.test(part) ? `---${part.replace(/[^\n]+/g, '')}` : part,
    )
    .join('');
}

/** The first document of a file: what most programs read. */
export function readYaml(text: string, file: string): Setting {
  return readYamls(text, file)[0] ?? new Setting({ name: '', file, at: { line: 1, column: 1 } });
}

function parse(text: string, file: string, lineCounter: LineCounter): Document[] {
  try {
    // A pretty error quotes its whole line: many on one long line would take quadratic time.
    const options = { lineCounter, uniqueKeys: false, logLevel: 'silent', prettyErrors: false } as const;
    const parsed = parseAllDocuments(text, options);
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    throw invalid(file, 'is no valid YAML');
  }
}

/** Values, tags and anchors that may follow one another without anything that joins them: a few in real files. */
const MAX_JUNK = 32;
const JUNK = new Set(['scalar', 'single-quoted-scalar', 'double-quoted-scalar', 'tag', 'anchor', 'alias']);
const BETWEEN = new Set(['space', 'newline', 'comment', 'block-scalar-header', null]);

/** A setting has a name, a value, and a sign before or between them; comments count too. */
const MAX_LEXEMES = 4 * MAX_SETTINGS;
const FREE = new Set(['space', 'newline']);

/**
 * The parser recurs into brackets, collects errors without end, and takes seconds for a megabyte of single
 * letters: none of them gets that far.
 */
function refuseHostile(text: string, file: string): void {
  let lexemes = 0;
  let depth = 0;
  let junk = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const type = CST.tokenType(lexeme);
    if (type === 'flow-map-start' || type === 'flow-seq-start') depth++;
    else if (type === 'flow-map-end' || type === 'flow-seq-end') depth--;
    if (!FREE.has(type ?? '') && ++lexemes > MAX_LEXEMES)
      throw invalid(file, `has more than ${MAX_SETTINGS} settings`);
    if (JUNK.has(type ?? '')) junk++;
    else if (!BETWEEN.has(type)) junk = 0;
    if (depth > MAX_DEPTH) throw invalid(file, `is more than ${MAX_DEPTH} levels deep`);
    if (junk > MAX_JUNK) throw invalid(file, 'is no valid YAML');
  }
}

class Reader {
  readonly #document: Document;
  readonly #anchors = new Map<string, Node>();
  readonly #file: string;
  readonly #counter: LineCounter;
  readonly #budget: Budget;

  constructor(document: Document, file: string, counter: LineCounter, budget: Budget) {
    this.#document = document;
    this.#file = file;
    this.#counter = counter;
    this.#budget = budget;
  }

  root(name: string): Setting {
    return this.#setting(name, this.#document.contents, this.#document.contents, '', 0);
  }

  /** `key` is where it stands; a member of a list stands where its value does. */
  #setting(name: string, key: Node | null, value: unknown, within: string, depth: number): Setting {
    this.#budget.take(depth);
    const node = this.#resolved(value);
    const path = pathOf(within, name);
    const start = key?.range?.[0] ?? 0;
    const { line, col } = this.#counter.linePos(start);
    return new Setting({
      name,
      value: isMap(node) || isSeq(node) ? undefined : scalar(node),
      children: this.#children(node, path, depth + 1),
      file: this.#file,
      at: { line: Math.max(line, 1), column: Math.max(col, 1) },
      within,
    });
  }

  #children(node: unknown, path: string, depth: number): Setting[] {
    if (isSeq(node))
      return node.items.map((item, at) => this.#setting(String(at), item as Node | null, item, path, depth));
    if (!isMap(node)) return [];
    const own: Setting[] = [];
    const merged: Setting[] = [];
    for (const { key, value } of node.items) {
      // `{{ value }}` of a template is a map for a name; no program has one.
      if (isMap(key)) throw invalid(this.#file, 'has a map for a name');
      const name = scalar(key) ?? '';
      if (name !== '<<') own.push(this.#setting(name, key as Node, value, path, depth));
      else {
        this.#budget.take(depth);
        const from = this.#resolved(value);
        for (const one of isSeq(from) ? from.items : [from])
          merged.push(...this.#children(this.#resolved(one), path, depth + 1));
      }
    }
    const names = new Set(own.map((one) => one.name));
    return [...own, ...merged.filter((one) => !names.has(one.name))];
  }

  /** What an alias stands for: the last node before it with that anchor. */
  #resolved(value: unknown): unknown {
    if (isAlias(value)) return this.#anchors.get(value.source);
    if (isNode(value) && value.anchor !== undefined) this.#anchors.set(value.anchor, value);
    return value;
  }
}

/** As it was written: `0755`, `yes` and `1.10` stay what they are. */
function scalar(node: unknown): string | undefined {
  if (node === null || node === undefined) return '';
  if (!isScalar(node)) return undefined;
  if (node.value === null) return '';
  return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
