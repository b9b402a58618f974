import { type Dialect, FIELDS, type Field } from './dialect.ts';
import { frameworks } from './frameworks.ts';
import { genAi, genAiOlder } from './gen-ai.ts';
import { langfuse } from './langfuse.ts';
import { openTelemetry } from './open-telemetry.ts';
import { openInference } from './openinference.ts';
import { LINE_TABLES, SlotTable } from './slots.ts';
import { traceloop } from './traceloop.ts';
import { vercel } from './vercel.ts';

/** Every dialect of attributes, in order of precedence. */
export const DIALECTS: readonly Dialect[] = [
  openTelemetry,
  genAi,
  vercel,
  openInference,
  traceloop,
  langfuse,
  genAiOlder,
  frameworks,
];

export const ATTRIBUTE_SLOTS = new SlotTable(DIALECTS, LINE_TABLES);

/** The member of an event that an attribute of this name becomes in some convention: `user.id` → `user_id`. */
export function memberOf(attribute: string): Field | undefined {
  const slot = ATTRIBUTE_SLOTS.find(attribute);
  return slot && FIELDS[slot.field];
}
