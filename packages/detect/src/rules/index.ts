import type { Rule } from '../rule.ts';
import { ai } from './ai.ts';
import { aiTools } from './ai-tools.ts';
import { business } from './business.ts';
import { chat } from './chat.ts';
import { cloud } from './cloud.ts';
import { context } from './context.ts';
import { databases } from './databases.ts';
import { forms } from './forms.ts';
import { hosts } from './hosts.ts';
import { monitoring } from './monitoring.ts';
import { named } from './named.ts';
import { payment } from './payment.ts';
import { platforms } from './platforms.ts';

/** Every built-in rule; of two that match the same text, the earlier in the table wins. */
export const RULES: readonly Rule[] = [
  ...ai,
  ...aiTools,
  ...cloud,
  ...platforms,
  ...hosts,
  ...payment,
  ...chat,
  ...monitoring,
  ...business,
  ...databases,
  ...forms,
  ...context,
  ...named,
];
