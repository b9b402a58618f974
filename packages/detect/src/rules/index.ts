import type { Rule } from '../rule.ts';
import { ai } from './ai.ts';
import { aiTools } from './ai-tools.ts';
import { cloud } from './cloud.ts';
import { databases } from './databases.ts';
import { forms } from './forms.ts';

/** Every built-in rule; of two that match the same text, the earlier in the table wins. */
export const RULES: readonly Rule[] = [...ai, ...aiTools, ...cloud, ...databases, ...forms];
