import type { Dialect } from './dialect.ts';

/** Attributes of any signal that say what the event is, whatever it is about. */
export const openTelemetry: Dialect = {
  name: 'OpenTelemetry',
  fields: {
    service: ['service.name'],
    operation: ['event.name'],
  },
};
