export * from './canonical.ts';
export * from './entry.ts';
export * from './merkle.ts';
export * from './trail.ts';
