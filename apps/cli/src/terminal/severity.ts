import type { Severity } from '@tacet/audit';
import type { Style } from './text.ts';

/** How a finding's severity is painted. */
export const SEVERITY_STYLES: Readonly<Record<Severity, Style>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'cyan',
  info: 'dim',
};
