import type { IssuerRule } from '../rule.ts';
import { aiIssuers } from './ai.ts';
import { placeIssuers } from './places.ts';
import { serviceIssuers } from './services.ts';
import { workIssuers } from './work.ts';

/** Every issuer known by its name alone. */
export const ISSUERS: readonly IssuerRule[] = [
  ...aiIssuers,
  ...serviceIssuers,
  ...placeIssuers,
  ...workIssuers,
];
