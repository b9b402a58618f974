/** A string literal that holds any text safely: the engine sees hexadecimal only. */
export function text(value: string): string {
  return `unhex('${Buffer.from(value).toString('hex')}')`;
}

/** `(…)` of FixedString(16) literals for IN. */
export function idList(ids: readonly Uint8Array[]): string {
  const literals = ids.map((id) => `toFixedString(unhex('${Buffer.from(id).toString('hex')}'), 16)`);
  return `(${literals.join(', ')})`;
}

/** Hexadecimal of an id, for maps and sets. */
export function hex(id: Uint8Array): string {
  return Buffer.from(id).toString('hex');
}
