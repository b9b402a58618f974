import { type ErrorCode, TacetError } from '@tacet/records';

/** What is wrong with a query, and where. The message does not repeat the query. */
export class QueryError extends TacetError {
  /** Index into the query in UTF-16 units, from 0. */
  readonly position: number;

  constructor(code: ErrorCode, position: number, message: string) {
    super(code, `${message} (at character ${position + 1})`);
    this.position = position;
  }
}
