import { fold } from '@tacet/seal';
import type { Field } from './fields.ts';
import { parseDuration, parseNumber, severityName } from './values.ts';

/**
 * The folded scalars that `field:value` accepts. Usually one; `duration:5s`, `input_tokens:1e3` and
 * `severity:warning` also accept the way the event writes them.
 */
export function targetsOf(field: Field, value: string): string[] {
  const folded = fold(value);
  const number =
    field.kind === 'duration'
      ? parseDuration(value)
      : field.kind === 'number'
        ? parseNumber(value)
        : undefined;
  const other =
    number !== undefined ? fold(String(number)) : field.kind === 'severity' ? severityName(folded) : folded;
  return other === folded ? [folded] : [folded, other];
}
