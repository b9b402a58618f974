import { pathOf, Setting } from '../setting.ts';
import { Budget, invalid } from './limits.ts';
import { Lines } from './lines.ts';

interface Token {
  readonly text: string;
  readonly kind: 'word' | 'open' | 'close' | 'end';
  readonly offset: number;
}

interface Dialect {
  /** What ends a setting: a semicolon (nginx) or the end of its line. */
  readonly end: ';' | '\n';
  /** What may stand between a name and its value, beside space. */
  readonly joins: boolean;
}

/** `name words… ;` and `name words… { … }`, as nginx has it. */
export function readNginx(text: string, file: string): Setting {
  return readBlocks(text, file, { end: ';', joins: false });
}

/** `name words…` to the end of a line, and `name words… { … }`, as a Caddyfile has it. */
export function readCaddy(text: string, file: string): Setting {
  return readBlocks(text, file, { end: '\n', joins: false });
}

/** `name: value`, `name = value`, `name { … }` and lists, as NATS has it. */
export function readNats(text: string, file: string): Setting {
  return readBlocks(text, file, { end: '\n', joins: true });
}

/** @throws CONFIGURATION_INVALID when brackets do not match, or it is too deep, or too much */
function readBlocks(text: string, file: string, dialect: Dialect): Setting {
  const lines = new Lines(text);
  const budget = new Budget(file);
  const open: {
    name: string;
    value: string;
    within: string;
    path: string;
    offset: number;
    children: Setting[];
  }[] = [{ name: '', value: '', within: '', path: '', offset: 0, children: [] }];
  let words: Token[] = [];

  const take = () => {
    const [first, ...rest] = words;
    words = [];
    if (!first) return undefined;
    budget.take(open.length);
    const [, name, value] = (dialect.joins && rest.length === 0 && /^([^:]+):(.+)$/s.exec(first.text)) || [];
    if (name !== undefined && value !== undefined) return { name, value, offset: first.offset };
    return { name: first.text, value: rest.map((word) => word.text).join(' '), offset: first.offset };
  };
  const finish = () => {
    const one = take();
    const { path: within, children } = open.at(-1)!;
    if (one) children.push(new Setting({ ...one, file, at: lines.at(one.offset), within }));
  };

  for (const token of tokens(text, dialect)) {
    if (token.kind === 'word') words.push(token);
    else if (token.kind === 'end') finish();
    else if (token.kind === 'open') {
      const within = open.at(-1)!.path;
      const { name, value, offset } = take() ?? { name: '', value: '', offset: token.offset };
      open.push({ name, value, within, path: pathOf(within, name), offset, children: [] });
      budget.take(open.length);
    } else {
      finish();
      const closed = open.length > 1 ? open.pop() : undefined;
      if (!closed) throw invalid(file, 'closes a block that is not open', lines.at(token.offset).line);
      const { name, value, within, offset, children } = closed;
      open.at(-1)!.children.push(new Setting({ name, value, children, file, at: lines.at(offset), within }));
    }
  }
  finish();
  const [root, unclosed] = open;
  if (unclosed) throw invalid(file, 'opens a block that is not closed', lines.at(unclosed.offset).line);
  return new Setting({ name: '', children: root!.children, file, at: { line: 1, column: 1 } });
}

function* tokens(text: string, { end, joins }: Dialect): Generator<Token> {
  // Variables in braces belong to words: `${name}` of nginx, `{$NAME}` and `{host}` of Caddy.
  const word = joins
    ? /[^\s{}[\],;:="'#]+(?::[^\s{}[\],;="'#]+)*/y
    : /(?:\\.|\$\{[^\s{}]*\}|\{[^\s{}]+\}|[^\s{};"'])(?:\\.|\$\{[^\s{}]*\}|\{[^\s{}]+\}|[^\s{};])*/y;
  const quoted = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'|`[^`]*`/y;
  // A quote that nothing closes is looked for once, not from every other one again.
  const unclosed = new Set<string>();
  for (let at = 0; at < text.length; ) {
    const char = text[at]!;
    if (char === '\n' && end === '\n') yield { text: char, kind: 'end', offset: at };
    if (/\s/.test(char)) {
      at++;
      continue;
    }
    if (char === '#' || (joins && text.startsWith('//', at))) {
      const stop = text.indexOf('\n', at);
      at = stop < 0 ? text.length : stop;
      continue;
    }
    word.lastIndex = at;
    quoted.lastIndex = at;
    const quote = /["'`]/.test(char) && !unclosed.has(char);
    const match = quote ? quoted.exec(text)?.[0] : undefined;
    if (quote && match === undefined) unclosed.add(char);
    if (match !== undefined) {
      yield { text: match.slice(1, -1), kind: 'word', offset: at };
      at += match.length;
      continue;
    }
    const plain = word.exec(text)?.[0];
    if (plain !== undefined) {
      yield { text: plain, kind: 'word', offset: at };
      at += plain.length;
      continue;
    }
    at++;
    if (char === '{' || (joins && char === '[')) yield { text: char, kind: 'open', offset: at - 1 };
    else if (char === '}' || (joins && char === ']')) yield { text: char, kind: 'close', offset: at - 1 };
    else if (char === ';' || (joins && char === ',')) yield { text: char, kind: 'end', offset: at - 1 };
  }
}
