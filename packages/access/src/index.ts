export * from './actions.ts';
export * from './attempts.ts';
export * from './code.ts';
export * from './password.ts';
export * from './policy.ts';
export * from './principal.ts';
export * from './purpose.ts';
export * from './token.ts';
