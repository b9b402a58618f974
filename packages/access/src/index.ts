export * from './actions.ts';
export * from './policy.ts';
export * from './principal.ts';
export * from './purpose.ts';
export * from './token.ts';
