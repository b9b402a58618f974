import { SaxesParser } from 'saxes';
import { pathOf, Setting } from '../setting.ts';
import { Budget, invalid } from './limits.ts';
import { Lines } from './lines.ts';

interface Open {
  readonly name: string;
  /** Of the element that it stands in, and its own. */
  readonly within: string;
  readonly path: string;
  readonly offset: number;
  readonly children: Setting[];
  text: string;
}

/**
 * Elements as settings below their root element, attributes as settings named `@name`. Entities of a document
 * type are not known, so that none expands.
 *
 * @throws CONFIGURATION_INVALID when it is no XML, or too deep, or too much
 */
export function readXml(text: string, file: string): Setting {
  const lines = new Lines(text);
  const budget = new Budget(file);
  const parser = new SaxesParser();
  const open: Open[] = [];
  let root: Setting | undefined;

  parser.on('error', () => {
    throw invalid(file, 'is no well-formed XML', parser.line);
  });
  parser.on('opentagstart', ({ name }) => {
    budget.take(open.length);
    const offset = text.lastIndexOf('<', parser.position - 1);
    // The root element has no part in the paths: `users.default`, not `clickhouse.users.default`.
    const within = open.at(-1)?.path ?? '';
    const path = open.length === 0 ? '' : pathOf(within, name);
    open.push({ name, within, path, offset, children: [], text: '' });
  });
  parser.on('attribute', ({ name, value }) => {
    budget.take(open.length);
    const { children, offset, path } = open.at(-1)!;
    children.push(new Setting({ name: `@${name}`, value, file, at: lines.at(offset), within: path }));
  });
  const add = (more: string) => {
    const last = open.at(-1);
    if (last) last.text += more;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => {
    const { name, within, offset, children, text: value } = open.pop()!;
    const holds = children.some((child) => !child.name.startsWith('@'));
    const setting = new Setting({
      name,
      value: holds ? undefined : value.trim(),
      children,
      file,
      at: lines.at(offset),
      within,
    });
    if (open.length === 0) root = setting;
    else open.at(-1)!.children.push(setting);
  });
  parser.write(text).close();
  return root!;
}
