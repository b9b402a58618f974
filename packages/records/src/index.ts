export * from './clear.ts';
export * from './clear-columns.ts';
export * from './clear-policy.ts';
export * from './errors/index.ts';
export * from './event.ts';
export * from './memory.ts';
export * from './rows.ts';
