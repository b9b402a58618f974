import { isIP } from 'node:net';
import { z } from 'zod';
import { isLoopback } from '../http/host.ts';

const SEVERITY = z.enum(['critical', 'high', 'medium', 'low', 'info']);
const file = z.string().min(1).max(4_096);
/** Enough to send to, and nothing that a header could be made of. */
const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?$/;
export const Address = z.string().max(254).regex(ADDRESS);

const least = SEVERITY.default('medium');

/** Who is told of what audits find. The files hold what nobody else may know: addresses of webhooks are secrets too. */
const Channel = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('webhook'), urlFile: file, secretFile: file, least }),
  z.strictObject({ kind: z.literal('slack'), urlFile: file, least }),
  z.strictObject({ kind: z.literal('email'), to: z.array(Address).min(1).max(20), least }),
]);
export type ChannelSettings = z.infer<typeof Channel>;

const Mail = z
  .strictObject({
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535),
    security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
    from: Address,
    user: z.string().min(1).max(256).optional(),
    passwordFile: file.optional(),
    /** Certificates to trust instead of the system's, PEM. */
    caFile: file.optional(),
  })
  .refine(({ security, host }) => security !== 'none' || isLoopback(isIP(host) === 6 ? `[${host}]` : host), {
    message: 'mail travels unprotected on this machine only',
  });

const https = z
  .url({ protocol: /^https$/ })
  .max(2_000)
  // A parser of URLs passes over line breaks; a header would not.
  .regex(/^[\x21-\x7e]+$/);
const contact = z.union([
  https,
  z.string().regex(/^mailto:[\x21-\x7e]{3,254}$/),
  z.string().regex(/^tel:\+[\d-]{5,30}$/),
]);

/** What /.well-known/security.txt says beyond what the server knows itself (RFC 9116). */
const SecurityTxt = z.strictObject({
  /** In order of preference; the intake form when absent. */
  contact: z.array(contact).min(1).max(5).optional(),
  encryption: z.union([https, z.string().regex(/^openpgp4fpr:[0-9a-f]{40}$/)]).optional(),
  policy: https.optional(),
  acknowledgments: https.optional(),
  /** Language tags (RFC 5646). */
  preferredLanguages: z
    .array(z.string().regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}$/))
    .min(1)
    .max(10)
    .optional(),
});
export type SecurityTxtSettings = z.infer<typeof SecurityTxt>;

const Reports = z.strictObject({
  /** An age recipient: what is encrypted to it the server cannot read. */
  recipient: z
    .string()
    .regex(/^age1[a-z0-9]{20,2100}$/)
    .optional(),
  /** Days within which a person answers. */
  answerDays: z.int().min(1).max(90).optional(),
});

/** Audits, notices of them, and reports from outside. */
export const AuditSettings = z.strictObject({
  notices: z
    .record(z.string().regex(/^[a-z0-9-]{1,32}$/), Channel)
    .refine((channels) => Object.keys(channels).length <= 16)
    .optional(),
  mail: Mail.optional(),
  securityTxt: SecurityTxt.optional(),
  /** `false`: no form, and no reports. */
  reports: z.union([z.literal(false), Reports]).optional(),
});
export type AuditSettings = z.infer<typeof AuditSettings>;
