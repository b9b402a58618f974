export * from './config.ts';
export * from './files.ts';
export * from './layout.ts';
export * from './policies.ts';
export * from './run.ts';
