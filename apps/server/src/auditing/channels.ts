import { readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import {
  type Delivery,
  isPostable,
  isWorse,
  type MailServer,
  type Notice,
  type Severity,
  sendEmail,
  sendSlack,
  sendWebhook,
  webhookKey,
} from '@tacet/audit/watching';
import { TacetError } from '@tacet/records';
import { readSecretFile } from '../directory/config.ts';
import type { Layout } from '../directory/layout.ts';
import type { AuditSettings, ChannelSettings } from './settings.ts';

/** Acknowledges reports to those who sent them. */
export const ACKNOWLEDGEMENT = 'acknowledgement';

interface Channel {
  least: Severity;
  send(id: string, notice: Notice, now: number): Promise<Delivery>;
}

/** Everybody who is told something, by name. */
export class Channels {
  readonly #channels: ReadonlyMap<string, Channel>;
  /** Whether mail can be sent. */
  readonly mail: boolean;

  private constructor(channels: ReadonlyMap<string, Channel>, mail: boolean) {
    this.#channels = channels;
    this.mail = mail;
  }

  /** Reads the files that the settings name. Throws CONFIG_INVALID, which names files and never what they hold. */
  static async open(layout: Layout, { notices = {}, mail }: AuditSettings): Promise<Channels> {
    const server = mail && (await mailServer(layout, mail));
    const channels = new Map<string, Channel>();
    for (const [name, settings] of Object.entries(notices))
      channels.set(name, { least: settings.least, send: await sender(layout, name, settings, server) });
    return new Channels(
      channels.set(ACKNOWLEDGEMENT, {
        least: 'info',
        send: async (id, notice) => {
          if (!server || notice.type !== 'report.acknowledged')
            return { outcome: 'never', why: 'no mail server in the settings' };
          return sendEmail(server, [notice.data.to], id, notice);
        },
      }),
      server !== undefined,
    );
  }

  /** Of all who are told of findings. */
  get names(): string[] {
    return this.whoWants('critical');
  }

  /** Names of those who want to be told of this. */
  whoWants(severity: Severity): string[] {
    return [...this.#channels]
      .filter(([name, { least }]) => name !== ACKNOWLEDGEMENT && !isWorse(least, severity))
      .map(([name]) => name);
  }

  /** One attempt. */
  async send(name: string, id: string, notice: Notice, now: number): Promise<Delivery> {
    const channel = this.#channels.get(name);
    return channel
      ? channel.send(id, notice, now)
      : { outcome: 'never', why: 'not in the settings any more' };
  }
}

async function sender(
  layout: Layout,
  name: string,
  settings: ChannelSettings,
  mail: MailServer | undefined,
): Promise<Channel['send']> {
  const invalid = (why: string) =>
    new TacetError('CONFIG_INVALID', `config.json: audit.notices.${name}: ${why}`);
  if (settings.kind === 'email') {
    if (!mail) throw invalid('it needs audit.mail');
    return (id, notice) => sendEmail(mail, settings.to, id, notice);
  }
  const url = await readSecretFile(layout, settings.urlFile);
  if (!isPostable(url)) throw invalid(`${settings.urlFile} must hold an https URL without a password`);
  if (settings.kind === 'slack') return (_id, notice) => sendSlack(url, notice);
  const key = webhookKey(await readSecretFile(layout, settings.secretFile));
  if (!key) throw invalid(`${settings.secretFile} must hold whsec_ and the base64 of 24 to 64 bytes`);
  return (id, notice, now) => sendWebhook({ url, key }, id, notice, now);
}

async function mailServer(
  layout: Layout,
  { user, passwordFile, caFile, ...rest }: NonNullable<AuditSettings['mail']>,
): Promise<MailServer> {
  if ((user === undefined) !== (passwordFile === undefined))
    throw new TacetError('CONFIG_INVALID', 'config.json: audit.mail: user and passwordFile belong together');
  const login =
    user !== undefined && passwordFile !== undefined
      ? { user, pass: await readSecretFile(layout, passwordFile) }
      : undefined;
  const ca =
    caFile &&
    (await readFile(isAbsolute(caFile) ? caFile : join(layout.root, caFile), 'utf8').catch(missing));
  return { ...rest, ...(login && { login }), ...(ca && { ca }) };
}

function missing(cause: unknown): never {
  throw new TacetError('CONFIG_INVALID', 'config.json: audit.mail.caFile cannot be read', { cause });
}
