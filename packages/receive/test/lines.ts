import type { Event } from '@tacet/records';
import { eventFromJson } from '../src/index.ts';
import { NOW } from './requests.ts';

/** The event of a line that says nothing: what the cases add to. */
export const BLANK: Event = {
  time: '1736121600000000000',
  kind: 'log',
  service: 'unknown_service',
  operation: '',
  severity: '',
  status: '',
  provider: '',
  model: '',
};

export const line = (value: unknown): Event => eventFromJson(value, { now: NOW });

/** A line, and what its event has beside what a blank one has. */
export type Row = [name: string, line: unknown, event: Partial<Event>];
