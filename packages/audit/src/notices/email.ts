import { codeOfFailure, type Delivery, PATIENCE_MS } from './delivery.ts';
import { type Notice, textOf } from './notice.ts';

/** A mail server, and who writes. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, `starttls` or nothing; `none` only to this machine. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly from: string;
  readonly login?: { readonly user: string; readonly pass: string };
  /** Certificates that are trusted instead of the system's, PEM. */
  readonly ca?: string;
}

/** Sends a notice as plain text. The message's id is that of the notice in every attempt. */
export async function sendEmail(
  server: MailServer,
  to: readonly string[],
  id: string,
  notice: Notice,
  patience = PATIENCE_MS,
): Promise<Delivery> {
  const { createTransport } = await import('nodemailer');
  const { host, port, security, login, ca, from } = server;
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(login && { auth: login }),
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    dnsTimeout: patience,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const { headline, lines } = textOf(notice);
  try {
    await transport.sendMail({
      from,
      to: [...to],
      subject: headline,
      text: `${[headline, '', ...lines].join('\n')}\n`,
      messageId: `<${id}@${from.split('@').at(-1)}>`,
      date: new Date(notice.timestamp),
      // Nobody's holiday answers to it.
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    return { outcome: 'sent' };
  } catch (error) {
    const { responseCode } = error as { responseCode?: unknown };
    if (typeof responseCode !== 'number') return { outcome: 'again', why: codeOfFailure(error) };
    return { outcome: 'again', why: `SMTP ${responseCode}` };
  } finally {
    transport.close();
  }
}
