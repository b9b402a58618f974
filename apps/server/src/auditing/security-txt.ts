import type { AuditSettings } from './settings.ts';

const DAY_MS = 86_400_000;
/** RFC 9116 asks for less than a year; it is made anew for each request. */
const VALID_DAYS = 180;

/**
 * /.well-known/security.txt (RFC 9116): what the settings say, and the intake form as the contact when they name none.
 * Undefined when there is nobody to contact: the form counts only where https leads to it. `now` in milliseconds.
 */
export function securityTxt(
  { securityTxt = {}, reports }: AuditSettings,
  origin: URL,
  now: number,
): string | undefined {
  const form = origin.protocol === 'https:' && reports !== false ? [`${origin.origin}/report`] : [];
  const contacts = securityTxt.contact ?? form;
  if (contacts.length === 0) return undefined;
  const { encryption, policy, acknowledgments, preferredLanguages } = securityTxt;
  const recipient = reports && reports.recipient !== undefined && form.length > 0;
  const key = encryption ?? (recipient ? `${origin.origin}/report-key.txt` : undefined);
  const expires = new Date((Math.floor(now / DAY_MS) + VALID_DAYS) * DAY_MS).toISOString();
  const lines = [
    ...contacts.map((contact) => `Contact: ${contact}`),
    `Expires: ${expires}`,
    ...(key ? [`Encryption: ${key}`] : []),
    ...(policy ? [`Policy: ${policy}`] : []),
    ...(acknowledgments ? [`Acknowledgments: ${acknowledgments}`] : []),
    ...(preferredLanguages ? [`Preferred-Languages: ${preferredLanguages.join(', ')}`] : []),
    ...(origin.protocol === 'https:' ? [`Canonical: ${origin.origin}/.well-known/security.txt`] : []),
  ];
  return `${lines.join('\n')}\n`;
}
