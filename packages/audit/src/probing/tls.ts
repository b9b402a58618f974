import { isIP } from 'node:net';
import type { DetailedPeerCertificate } from 'node:tls';
import { type Check, type Finding, findingOf } from '../finding.ts';
import { isLoopback } from '../targets/address.ts';
import type { Outlet } from './outlet.ts';
import { type Endpoint, WireError } from './wire.ts';

const REFERENCES = ['https://www.rfc-editor.org/rfc/rfc9325'];

export const TLS_CHECKS = {
  missing: {
    id: 'tls-missing',
    title: 'Speaks without encryption beyond this machine',
    severity: 'medium',
    why: 'Whoever is on the way reads what is asked and answered, passwords included, and can change it.',
    fix: 'Let the service speak TLS, or put a proxy in front that does, and close the plain port.',
    references: REFERENCES,
  },
  expired: {
    id: 'tls-expired',
    title: 'The certificate has expired, or is not valid yet',
    severity: 'high',
    why: 'Clients that check it are cut off, and people get used to clients that do not check.',
    fix: 'Renew the certificate, and let its renewal happen by itself (ACME).',
    references: ['https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5'],
  },
  expiring: {
    id: 'tls-expiring',
    title: 'The certificate expires within 14 days',
    severity: 'low',
    why: 'Certificates that renew themselves do so earlier: most likely this one does not.',
    fix: 'Renew the certificate, and find out why that did not happen by itself.',
    references: ['https://www.rfc-editor.org/rfc/rfc8555'],
  },
  untrusted: {
    id: 'tls-untrusted',
    title: 'The certificate is of no known authority',
    severity: 'low',
    why: 'A client can only accept it unseen, and so would accept that of an attacker on the way.',
    fix: 'Use a certificate of an authority that the clients know, be it your own.',
    references: ['https://www.rfc-editor.org/rfc/rfc5280#section-6'],
  },
  name: {
    id: 'tls-wrong-name',
    title: 'The certificate is for another name',
    severity: 'low',
    why: 'A client that checks names is cut off, and one that does not would accept anybody’s certificate.',
    fix: 'Issue a certificate that has this name among its subject alternative names.',
    references: ['https://www.rfc-editor.org/rfc/rfc9525'],
  },
  old: {
    id: 'tls-old-version',
    title: 'Still speaks TLS 1.0 or 1.1',
    severity: 'medium',
    why: 'Both were withdrawn in 2021: they rest on broken hash functions.',
    fix: 'Allow TLS 1.2 and 1.3 only (nginx: ssl_protocols TLSv1.2 TLSv1.3).',
    references: ['https://www.rfc-editor.org/rfc/rfc8996'],
  },
} as const satisfies Record<string, Check>;

/** What one handshake showed. */
export interface TlsFacts {
  /** `TLSv1.3`. */
  readonly version: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly issuer: string;
  /** The names that it is for. */
  readonly names: string;
  /** Why OpenSSL does not trust it, by its code; undefined when it does. */
  readonly distrust?: string;
  /** Of the versions that were withdrawn, the one that it agreed to. */
  readonly old?: string;
}

/** Learns what a TLS door shows of itself, by two handshakes; undefined when it does not answer now. */
export async function tlsFacts(endpoint: Endpoint, outlet: Outlet): Promise<TlsFacts | undefined> {
  try {
    const facts = await outlet.talk(endpoint, async ({ secured }) => {
      const certificate = secured?.getPeerCertificate();
      return (
        secured &&
        certificate &&
        factsOf(certificate, secured.getProtocol() ?? '', secured.authorizationError)
      );
    });
    const old = await versionAt(endpoint, outlet);
    return facts && { ...facts, ...(old ? { old } : {}) };
  } catch (error) {
    if (error instanceof WireError) return undefined;
    throw error;
  }
}

function factsOf(
  certificate: Partial<DetailedPeerCertificate>,
  version: string,
  distrust: Error | string | null | undefined,
): TlsFacts {
  const { issuer, valid_from, valid_to, subjectaltname, subject } = certificate;
  // The types say Error; it is the code.
  const code = distrust instanceof Error ? (distrust as NodeJS.ErrnoException).code : distrust;
  return {
    version,
    notBefore: Date.parse(valid_from ?? ''),
    notAfter: Date.parse(valid_to ?? ''),
    issuer: [issuer?.O, issuer?.CN].flat().filter(Boolean).join(', '),
    names: subjectaltname ?? [subject?.CN].flat().join(', '),
    ...(code ? { distrust: code } : {}),
  };
}

async function versionAt(endpoint: Endpoint, outlet: Outlet): Promise<string | undefined> {
  const speak = async ({ secured }: { secured: { getProtocol(): string | null } | undefined }) =>
    secured?.getProtocol() ?? undefined;
  return outlet.talk(endpoint, speak, { tls: { maxVersion: 'TLSv1.1' } }).catch((error: unknown) => {
    if (error instanceof WireError) return undefined;
    throw error;
  });
}

const SOON_MS = 14 * 86_400_000;
const day = (time: number) => (Number.isNaN(time) ? 'unknown' : new Date(time).toISOString().slice(0, 10));

/** The findings that follow from what a door showed; `tell` makes what it said fit to be shown. */
export function tlsFindings(
  subject: string,
  host: string,
  facts: TlsFacts,
  tell: (text: string) => string,
  now = Date.now(),
): Finding[] {
  const request = 'TLS handshake';
  const found = (check: Check, reply: string) =>
    findingOf(check, { source: 'probe', subject, proof: { request, reply: tell(reply) } });
  const { notBefore, notAfter, issuer, names, distrust, old } = facts;
  const validity = `valid from ${day(notBefore)} to ${day(notAfter)}`;
  const over = !(notBefore <= now && now <= notAfter);
  return [
    ...(over ? [found(TLS_CHECKS.expired, validity)] : []),
    ...(!over && notAfter - now < SOON_MS ? [found(TLS_CHECKS.expiring, validity)] : []),
    // Certificates are for names: an address that was given as one of many says nothing of them.
    ...(distrust === 'ERR_TLS_CERT_ALTNAME_INVALID' && isIP(host) === 0
      ? [found(TLS_CHECKS.name, `for ${names}`)]
      : []),
    ...(UNTRUSTED.has(distrust ?? '')
      ? [found(TLS_CHECKS.untrusted, `issued by ${issuer || 'nobody'}`)]
      : []),
    ...(old ? [found(TLS_CHECKS.old, `${old} agreed`)] : []),
  ];
}

const UNTRUSTED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** A plain door of a known service, or of a web server that shows something, which others can reach. */
export function plainFinding(subject: string, { address, tls }: Endpoint, what: string): Finding[] {
  if (tls || isLoopback(address)) return [];
  const proof = { request: 'connected without TLS', reply: what };
  return [findingOf(TLS_CHECKS.missing, { source: 'probe', subject, proof })];
}
