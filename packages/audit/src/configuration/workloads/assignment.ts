import { Setting } from '../setting.ts';

/** Stands for a value that comes from outside and is not seen. */
export const OUTSIDE = '$outside';

const ASSIGNMENT = /^([\w.-]+)(?:=([\s\S]*))?$/;

/** `NAME=value` as a setting of that name; without `=` the value comes from outside. */
export function assignment(one: Setting, text?: string): Setting[] {
  const [, name, value = OUTSIDE] = ASSIGNMENT.exec((text ?? one.value ?? '').trim()) ?? [];
  if (name === undefined) return [];
  const [, , written = value] = text === undefined ? (ASSIGNMENT.exec(one.written?.trim() ?? '') ?? []) : [];
  const { file, at, within } = one;
  return [new Setting({ name, value, written, file, at, within })];
}

/** A command as a list or as one text. */
export function words(setting: Setting): string {
  return setting.value ?? setting.children.map(({ value = '' }) => value).join(' ');
}
