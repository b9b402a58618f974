export * from './ast.ts';
export type { Token } from './condition.ts';
export { QueryError } from './error.ts';
export { compileQuery, type Predicate } from './evaluate.ts';
export { exactly } from './exactly.ts';
export { type Field, type FieldKind, fieldOf } from './fields.ts';
export { parseQuery } from './parse.ts';
export { type Plan, planQuery } from './plan.ts';
export { printQuery } from './print.ts';
