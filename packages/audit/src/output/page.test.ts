import { describe, expect, it } from 'vitest';
import type { AuditReport } from '../audit.ts';
import { type Finding, findingOf } from '../finding.ts';
import { reportPage } from './html.ts';
import { findingAsOcsf } from './ocsf.ts';
import { readableText } from './words.ts';

const HOSTILE = `"'><script>alert(1)</script>\u001b[2J\u202e&lt;`;
const finding: Finding = findingOf(
  {
    ...{ id: 'redis-open', title: HOSTILE, severity: 'critical', why: HOSTILE, fix: HOSTILE },
    references: ['https://redis.io/', `javascript:alert(1)//${HOSTILE}`],
  },
  {
    ...{ source: 'probe', subject: `tcp://${HOSTILE}:6379`, proof: { request: HOSTILE, reply: HOSTILE } },
    readable: [{ kind: 'key', name: HOSTILE, count: 3 }],
    causes: [{ file: HOSTILE, line: 7, column: 3, setting: HOSTILE, excerpt: HOSTILE }],
  },
);
const report: AuditReport = {
  findings: [finding],
  asked: [{ subject: HOSTILE, address: 'a', verdict: 'open', name: HOSTILE, version: HOSTILE }],
  clear: [],
  skipped: [{ host: HOSTILE, reason: 'unproven' }],
  files: [],
  failed: [],
};

describe('the page', () => {
  it('runs, fetches and hides nothing, whatever a service says', () => {
    const page = reportPage(report, new Date('2027-01-31T08:00:00Z'), '1.0.0');
    expect(page).toContain('2027-01-31 08:00 UTC');
    expect(page).not.toMatch(/<script|<img|<link|\son\w+=|href="(?!https:)|src=/i);
    for (const hostile of ['\u001b', '\u202e']) expect(page).not.toContain(hostile);
    expect(page).toContain('&#60;script&#62;alert(1)');
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'$/,
    );
    // Every tag that was opened is ours.
    const tags = new Set([...page.matchAll(/<([a-z0-9]+)/g)].map(([, tag]) => tag));
    expect(['script', 'iframe', 'object', 'form', 'svg'].filter((tag) => tags.has(tag))).toEqual([]);
  });
});

describe('an event of OCSF', () => {
  it('has what its class asks for', () => {
    const event = findingAsOcsf(finding, 1_800_000_000_000, '1.0.0');
    expect(event).toMatchObject({
      ...{ category_uid: 2, class_uid: 2003, activity_id: 1, type_uid: 200_301, severity_id: 5 },
      time: 1_800_000_000_000,
      metadata: {
        version: '1.3.0',
        product: { name: 'Tacet', vendor_name: 'Tacet' },
        uid: finding.fingerprint,
      },
      finding_info: { uid: finding.fingerprint, title: HOSTILE },
      compliance: { control: 'redis-open', standards: ['Tacet exposure audit'], status_id: 3 },
    });
  });
});

describe('what could be read', () => {
  it('is said with its numbers', () => {
    expect(readableText({ kind: 'table', name: 'a', count: 1_000_000, bytes: 1_500_000 })).toBe(
      'table a (1,000,000; 1.5 MB)',
    );
    expect(readableText({ kind: 'file', name: 'b' })).toBe('file b');
    expect(readableText({ kind: 'file', name: 'c', bytes: 0 })).toBe('file c (0 B)');
  });
});
