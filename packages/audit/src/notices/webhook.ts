import { createHmac } from 'node:crypto';
import { codeOfFailure, type Delivery, PATIENCE_MS } from './delivery.ts';
import { type Notice, textOf } from './notice.ts';

const PREFIX = 'whsec_';

/**
 * The key in a secret as Standard Webhooks writes it (standardwebhooks.com): `whsec_` and the base64 of 24 to 64
 * bytes. Undefined when it is none.
 */
export function webhookKey(secret: string): Uint8Array | undefined {
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]{32,88}={0,2}$/.test(text)) return undefined;
  const key = new Uint8Array(Buffer.from(text, 'base64'));
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** HMAC-SHA-256 over id, time of the attempt (seconds since 1970) and body, as the header has it. */
function signatureOf(key: Uint8Array, id: string, seconds: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/** Whether a URL may be posted to: nothing travels in the clear but on this machine. */
export function isPostable(url: string): boolean {
  const { protocol, hostname, username, password } = URL.parse(url) ?? {};
  const here = hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname ?? '');
  return (protocol === 'https:' || (protocol === 'http:' && here)) && !username && !password;
}

/** Sends a signed notice. The same `id` in every attempt lets the receiver know it again. */
export function sendWebhook(
  { url, key }: { url: string; key: Uint8Array },
  id: string,
  notice: Notice,
  now: number,
  patience = PATIENCE_MS,
): Promise<Delivery> {
  const body = JSON.stringify(notice);
  const seconds = Math.floor(now / 1000);
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': `${seconds}`,
    'webhook-signature': signatureOf(key, id, seconds, body),
  };
  return post(url, body, headers, patience);
}

/** Sends a notice as the incoming webhooks of Slack, Mattermost and others take it: text alone. */
export function sendSlack(url: string, notice: Notice, patience = PATIENCE_MS): Promise<Delivery> {
  const { headline, lines } = textOf(notice);
  // What a service calls itself must neither mention anybody nor make a link.
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const text = [`*${escaped(headline)}*`, ...lines.map((line) => `• ${escaped(line)}`)].join('\n');
  return post(url, JSON.stringify({ text }), {}, patience);
}

async function post(
  url: string,
  body: string,
  headers: Record<string, string>,
  patience: number,
): Promise<Delivery> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/json', 'User-Agent': 'tacet', ...headers },
      // What answers elsewhere was not named by the owner.
      redirect: 'manual',
      signal: AbortSignal.timeout(patience),
    });
    await response.body?.cancel();
  } catch (error) {
    return { outcome: 'again', why: codeOfFailure(error) };
  }
  if (response.status >= 200 && response.status < 300) return { outcome: 'sent' };
  // 410: the receiver wants nothing more, says Standard Webhooks.
  return { outcome: response.status === 410 ? 'never' : 'again', why: `status ${response.status}` };
}
