/** How a code behaves at the edges: the HTTP status it gives, and whether a client may send again. */
export interface ErrorKind {
  status: number;
  retry: boolean;
}

/** Keeps the literal names of a table of codes while checking its shape. */
export function codes<const Name extends string>(table: Record<Name, ErrorKind>): Record<Name, ErrorKind> {
  return table;
}

export const bad: ErrorKind = { status: 400, retry: false };
export const denied: ErrorKind = { status: 403, retry: false };
export const later: ErrorKind = { status: 503, retry: true };
export const broken: ErrorKind = { status: 500, retry: false };
