import type { Rule } from '../rule.ts';

/** Cloud platforms. */
export const cloud: readonly Rule[] = [
  {
    kind: 'aws-access-key-id',
    provider: 'Amazon Web Services',
    by: 'pattern',
    opens: 'names the key of an AWS user or role; with its secret, the account',
    severity: 'medium',
    fingerprint: true,
    keywords: [
      { text: 'akia', exact: 'AKIA', start: true, next: { kind: 'run', class: 'alnum', min: 16 } },
      { text: 'asia', exact: 'ASIA', start: true, next: { kind: 'run', class: 'alnum', min: 16 } },
    ],
    pattern: /A(?:KIA|SIA)[A-Z2-7]{16}(?![A-Za-z0-9])/y,
    verify: (secret) => !secret.endsWith('EXAMPLE'),
    positive: ['AKIA<b32:16>'],
    negative: ['AKIAIOSFODNN7EXAMPLE'],
  },
];
