import type { Predicate } from './evaluate.ts';
import { fieldOf } from './fields.ts';
import { EventView } from './view.ts';

/** Whether a field has exactly this value, letter case included; a search of it may match more. */
export function exactly(field: string, value: string): Predicate {
  const { paths } = fieldOf(field);
  return (event) => new EventView(event).at(paths).some((leaf) => String(leaf.value) === value);
}
