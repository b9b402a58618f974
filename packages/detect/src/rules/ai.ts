import type { Rule } from '../rule.ts';

/** Providers of models and of what is built around them. */
export const ai: readonly Rule[] = [
  {
    kind: 'openai-api-key',
    provider: 'OpenAI',
    by: 'pattern',
    opens: 'the models, files and budget of an OpenAI project',
    severity: 'critical',
    fingerprint: true,
    keywords: [
      { text: 'sk-proj-', start: true },
      { text: 'sk-svcacct-', start: true },
      { text: 'sk-admin-', start: true },
      { text: 'sk-none-', start: true },
    ],
    pattern: /sk-(?:proj|svcacct|admin|None)-[\w-]{20,256}/y,
    positive: [
      'sk-proj-<w:74>T3BlbkFJ<w:74>',
      'sk-svcacct-<w:58>T3BlbkFJ<w:58>',
      'sk-admin-<w:58>T3BlbkFJ<w:58>',
    ],
    negative: ['sk-proj-...', 'sk-proj-your-key'],
  },
];
