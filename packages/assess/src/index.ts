export * from './thief/index.ts';
