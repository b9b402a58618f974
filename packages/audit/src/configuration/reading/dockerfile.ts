import { Setting } from '../setting.ts';
import { Budget } from './limits.ts';

/** Instructions in upper case with what follows, over lines that end in `\` (https://docs.docker.com/reference/dockerfile/). */
export function readDockerfile(text: string, file: string): Setting {
  const budget = new Budget(file);
  const children: Setting[] = [];
  let begun: { name: string; parts: string[]; line: number; column: number } | undefined;
  let line = 0;
  for (const raw of text.split('\n')) {
    line++;
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const goesOn = /[\\`]$/.test(trimmed);
    const said = goesOn ? trimmed.slice(0, -1).trim() : trimmed;
    if (begun) begun.parts.push(said);
    else {
      const [, name = '', rest = ''] = /^([A-Za-z]+)\s*(.*)$/.exec(said) ?? [];
      begun = {
        name: name.toUpperCase(),
        parts: [rest],
        line,
        column: raw.length - raw.trimStart().length + 1,
      };
    }
    if (goesOn) continue;
    budget.take(1);
    const { name, parts, line: from, column } = begun;
    children.push(new Setting({ name, value: parts.join(' '), file, at: { line: from, column } }));
    begun = undefined;
  }
  return new Setting({ name: '', children, file, at: { line: 1, column: 1 } });
}
