import type { Family } from './check.ts';
import { clickhouse } from './checks/clickhouse.ts';

/** Everything that is checked, each software in a file of its own. */
export const FAMILIES: readonly Family[] = [clickhouse];
