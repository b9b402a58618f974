import { countAt, parseJson, textAt } from '../reading/json.ts';
import type { Named } from '../reading/readable.ts';

/** Names and sizes of the tables, one JSON list a row: a form that every interface and version can give. */
export const TABLES =
  "SELECT toJSONString([database, name, toString(ifNull(total_rows, 0)), toString(ifNull(total_bytes, 0))]) FROM system.tables WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema') ORDER BY total_rows DESC LIMIT 100";

export function tablesOf(rows: readonly string[]): Named[] {
  return rows.map((row) => {
    const table = parseJson(row);
    const [database, name] = [textAt(table, 0), textAt(table, 1)];
    return {
      kind: 'table',
      name: database === undefined || name === undefined ? undefined : `${database}.${name}`,
      count: countAt(table, 2),
      bytes: countAt(table, 3),
    };
  });
}
