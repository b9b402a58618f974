/** A string literal that holds any text safely: the engine sees hexadecimal only. */
export function text(value: string): string {
  return `unhex('${Buffer.from(value).toString('hex')}')`;
}

/** `(…)` of binary literals for IN. */
export function idList(ids: readonly Uint8Array[]): string {
  const literals = ids.map((id) => `'${hex(id).replace(/../g, '\\x$&')}'`);
  return `(${literals.join(', ')})`;
}

/** Hexadecimal of an id, for maps and sets. */
export function hex(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}

/** The date `days` after 1970-01-01, as a literal. */
export function dayLiteral(days: number): string {
  return `'${new Date(days * 86_400_000).toISOString().slice(0, 10)}'`;
}
