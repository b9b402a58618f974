import { Setting } from '../setting.ts';
import { Budget } from './limits.ts';
import { saying } from './lines.ts';

/**
 * Assignments of constants at the beginning of lines, as Jupyter's configuration in Python has them:
 * `c.ServerApp.token = ''`. What is computed is not known, and left out.
 */
export function readAssignments(text: string, file: string): Setting {
  const budget = new Budget(file);
  const children: Setting[] = [];
  for (const { text: line, ...at } of saying(text, /^#/)) {
    const [, name, value] =
      /^(?:c\.)?([A-Za-z_][\w.]*)\s*=\s*(?:[ub]?("[^"]*"|'[^']*')|(True|False|\d+))\s*(?:#.*)?$/
        .exec(line)
        ?.map((one) => one ?? '') ?? [];
    if (name === undefined || value === undefined) continue;
    budget.take(1);
    const constant =
      value === ''
        ? line
            .slice(line.indexOf('=') + 1)
            .replace(/#.*$/, '')
            .trim()
        : value.slice(1, -1);
    children.push(new Setting({ name, value: constant, file, at }));
  }
  return new Setting({ name: '', children, file, at: { line: 1, column: 1 } });
}
