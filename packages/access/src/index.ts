export * from './policy.ts';
export * from './purpose.ts';
export * from './token.ts';
