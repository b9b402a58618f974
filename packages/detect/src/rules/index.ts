import { ISSUERS } from '../issuers/index.ts';
import type { Rule } from '../rule.ts';
import { ai } from './ai.ts';
import { aiServices } from './ai-services.ts';
import { aiTools } from './ai-tools.ts';
import { business } from './business.ts';
import { chat } from './chat.ts';
import { cloud } from './cloud.ts';
import { context } from './context.ts';
import { databases } from './databases.ts';
import { forms } from './forms.ts';
import { hosts } from './hosts.ts';
import { infrastructure } from './infrastructure.ts';
import { money } from './money.ts';
import { monitoring } from './monitoring.ts';
import { named } from './named.ts';
import { office } from './office.ts';
import { payment } from './payment.ts';
import { platforms } from './platforms.ts';
import { withRevocation } from './revocation.ts';
import { settings } from './settings.ts';

/** Every built-in rule; of two that match the same text, the earlier in the table wins. */
export const RULES: readonly Rule[] = [
  ...[
    ...ai,
    ...aiTools,
    ...aiServices,
    ...cloud,
    ...platforms,
    ...infrastructure,
    ...hosts,
    ...payment,
    ...chat,
    ...monitoring,
    ...business,
    ...office,
    ...money,
    ...databases,
    ...forms,
    ...context,
    ...settings,
    ...named,
  ].map(withRevocation),
  ...ISSUERS,
];
