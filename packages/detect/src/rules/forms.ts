import type { Rule } from '../rule.ts';

/** Secrets known by a form of their own, whoever issued them. */
export const forms: readonly Rule[] = [];
