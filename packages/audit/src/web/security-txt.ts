import type { Check } from '../finding.ts';
import type { HttpReply } from '../probing/wire.ts';
import { isPage } from './exposure.ts';

export const SECURITY_TXT_PATH = '/.well-known/security.txt';

const common = {
  severity: 'info',
  references: ['https://www.rfc-editor.org/rfc/rfc9116'],
} as const;

export const SECURITY_TXT = {
  missing: {
    ...common,
    id: 'security-txt-missing',
    title: 'There is no security.txt',
    why: 'Whoever finds a hole does not know whom to tell, and tells the public or nobody.',
    fix: 'Publish /.well-known/security.txt with Contact and Expires.',
  },
  expired: {
    ...common,
    id: 'security-txt-expired',
    title: 'security.txt has expired, or does not say when it will',
    why: 'Whoever reads it cannot rely on it: RFC 9116 tells them not to use it.',
    fix: 'Set Expires to a day less than a year away, and renew it.',
  },
  contact: {
    ...common,
    id: 'security-txt-no-contact',
    title: 'security.txt names no contact',
    why: 'Whoever finds a hole does not know whom to tell.',
    fix: 'Add a line "Contact: mailto:security@…" or "Contact: https://…".',
  },
} as const satisfies Record<string, Check>;

/** What is wrong with a security.txt, with the telling part of the answer (RFC 9116, 2.5). */
export function securityTxt(reply: HttpReply, now: number): { check: Check; reply: string }[] {
  const fields = new Map<string, string>();
  for (const line of reply.body.slice(0, 32_768).split(/\r?\n/)) {
    const [, field, value = ''] = /^([A-Za-z-]{1,40}):\s*(\S.*)$/.exec(line) ?? [];
    if (field !== undefined && !fields.has(field.toLowerCase())) fields.set(field.toLowerCase(), value);
  }
  const known = ['contact', 'expires', 'encryption', 'policy', 'canonical'].some((field) =>
    fields.has(field),
  );
  if (reply.status !== 200 || isPage(reply) || !known)
    return [{ check: SECURITY_TXT.missing, reply: `HTTP ${reply.status}` }];
  const expires = fields.get('expires');
  const contact = fields.get('contact');
  return [
    ...(contact !== undefined && /^(?:mailto|https|tel):/i.test(contact)
      ? []
      : [{ check: SECURITY_TXT.contact, reply: `Contact: ${contact ?? '(none)'}` }]),
    ...(expires !== undefined && Date.parse(expires) > now
      ? []
      : [{ check: SECURITY_TXT.expired, reply: `Expires: ${expires ?? '(none)'}` }]),
  ];
}
