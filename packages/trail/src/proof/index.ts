export * from './canonical.ts';
export * from './checkpoint.ts';
export * from './entry.ts';
export * from './merkle.ts';
export * from './note.ts';
export * from './proof.ts';
export * from './prove.ts';
export * from './tiles.ts';
