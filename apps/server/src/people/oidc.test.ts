import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

const SECRET = 'a secret of this test';
/** Who the provider knows, and their groups, which change in between. */
const GROUPS: Record<string, string[]> = {
  anna: ['everybody', 'support'],
  bert: ['everybody'],
  olga: ['support', 'log-owners'],
};

let test: TestServer;
let now = Date.now();
let provider: Server;
let issuer: string;

beforeAll(async () => {
  provider = createServer();
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  issuer = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: 'tacet',
        client_secret: SECRET,
        redirect_uris: ['http://localhost/oidc/callback'],
        post_logout_redirect_uris: ['http://localhost/sign-in'],
      },
    ],
    claims: { openid: ['sub'], email: ['email'], profile: ['groups'] },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims: () => ({ sub, email: `${sub}@example.com`, groups: GROUPS[sub] }),
    }),
    pkce: { required: () => true },
    cookies: { keys: ['a key of this test'] },
  });
  provider.on('request', oidc.callback());

  test = await testServer({ now: () => now });
  await writeFile(join(test.directory, 'oidc.secret'), `${SECRET}\n`);
  const path = join(test.directory, 'config.json');
  const config = JSON.parse(await readFile(path, 'utf8'));
  const settings = {
    issuer,
    clientId: 'tacet',
    clientSecretFile: 'oidc.secret',
    roles: { 'log-owners': 'owner', support: 'reader' },
  };
  await writeFile(path, JSON.stringify({ ...config, oidc: settings }));
  await test.reopen();
}, 120_000);
afterAll(async () => {
  await test.remove();
  provider.close();
});

/** A browser that follows redirects between us and the provider, keeping the cookies of each. */
class Browser {
  readonly cookies = new Map<string, Map<string, string>>();

  async send(url: string, init: RequestInit = {}): Promise<Response> {
    const { host, origin } = new URL(url);
    const jar = this.cookies.get(host) ?? new Map<string, string>();
    this.cookies.set(host, jar);
    const headers = new Headers(init.headers);
    headers.set('Cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    if (host === 'localhost') headers.set('Origin', origin);
    const request = { ...init, headers, redirect: 'manual' as const };
    const response =
      host === 'localhost' ? await test.server.app.request(url, request) : await fetch(url, request);
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (!name) continue;
      if (value && !/expires=Thu, 01 Jan 1970|max-age=0/i.test(cookie)) jar.set(name, value);
      else jar.delete(name);
    }
    return response;
  }

  /** Goes where it is sent, signing in as `name` and agreeing where the provider asks. Gives the last answer. */
  async follow(url: string, name: string): Promise<Response> {
    let response = await this.send(url);
    let at = url;
    for (let steps = 0; steps < 20; steps++) {
      const location = response.headers.get('location');
      if (location) {
        at = new URL(location, at).href;
        response = await this.send(at);
        continue;
      }
      const form = at.includes('/interaction/') && (await response.text());
      if (!form) return response;
      const [, action] = /action="([^"]+)"/.exec(form)!;
      const prompt = /name="prompt" value="(\w+)"/.exec(form)![1]!;
      response = await this.send(new URL(action!, at).href, {
        method: 'POST',
        body: new URLSearchParams({ prompt, login: name, password: 'any' }),
      });
    }
    throw new Error('the redirects do not end');
  }

  async signIn(name: string): Promise<Response> {
    return this.follow('http://localhost/oidc/login', name);
  }

  account(): Promise<Response> {
    return this.send('http://localhost/v1/account');
  }
}

const signedIn = async (name: string) => {
  const browser = new Browser();
  const last = await browser.signIn(name);
  expect([name, last.status]).toEqual([name, 200]);
  expect(await last.text()).toContain('url=/account');
  return browser;
};

describe('signing in through a provider', () => {
  it('makes an account with the role of the first group that counts', async () => {
    const anna = await signedIn('anna');
    expect(await (await anna.account()).json()).toMatchObject({
      name: 'anna@example.com',
      role: 'reader',
      password: false,
      sessions: [{ method: 'oidc' }],
    });
    const olga = await signedIn('olga');
    expect(await (await olga.account()).json()).toMatchObject({ role: 'owner' });
    expect((await olga.send('http://localhost/v1/tokens')).status).toBe(200);
    expect(await codeIn(await anna.send('http://localhost/v1/tokens'))).toBe('NOT_ALLOWED');
    const users = await test.server.stores.control.users('acme');
    expect(users.map(({ issuer, subject }) => [issuer, subject])).toEqual([
      [issuer, 'anna'],
      [issuer, 'olga'],
    ]);
  });

  it('lets nobody in who is in no such group, or is disabled here', async () => {
    const refused = await new Browser().signIn('bert');
    expect([refused.status, await codeIn(refused)]).toEqual([403, 'OIDC_REFUSED']);
    GROUPS.bert = ['support'];
    const bert = await signedIn('bert');
    await test.administer('/v1/users/disable', { name: 'bert@example.com' });
    expect(await codeIn(await bert.account())).toBe('SIGNIN_ENDED');
    expect(await codeIn(await new Browser().signIn('bert'))).toBe('OIDC_REFUSED');
  });

  it('follows the groups at each sign-in', async () => {
    GROUPS.anna = ['log-owners'];
    expect(await (await (await signedIn('anna')).account()).json()).toMatchObject({ role: 'owner' });
    GROUPS.anna = [];
    expect(await codeIn(await new Browser().signIn('anna'))).toBe('OIDC_REFUSED');
    GROUPS.anna = ['support'];
    expect(await (await (await signedIn('anna')).account()).json()).toMatchObject({ role: 'reader' });
    const roles = (await Array.fromAsync(test.server.trail.leaves()))
      .map((leaf) => JSON.parse(Buffer.from(leaf).toString()))
      .filter(({ facts }) => facts.event === 'role');
    expect(roles.map(({ facts }) => facts.role)).toEqual(['owner', 'reader']);
  });

  it('ends after its time, and by signing out here and there', async () => {
    const anna = await signedIn('anna');
    now += 13 * 3_600_000;
    expect(await codeIn(await anna.account())).toBe('SIGNIN_ENDED');
    now -= 13 * 3_600_000;

    const again = await signedIn('anna');
    const out = await again.send('http://localhost/v1/account/sign-out', { method: 'POST', body: '{}' });
    const { leave } = (await out.json()) as { leave: string };
    expect(leave).toMatch(/\/session\/end\?.*id_token_hint=/);
    expect((await again.account()).status).toBe(401);
    const page = await (await again.send(leave)).text();
    const [, action] = /action="([^"]+)"/.exec(page)!;
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)![1]!;
    const ended = await again.send(new URL(action!, issuer).href, {
      method: 'POST',
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    });
    expect(ended.headers.get('location')).toBe('http://localhost/sign-in');
    // The provider asks who it is again.
    const asked = await again.send(
      (await again.send('http://localhost/oidc/login')).headers.get('location')!,
    );
    expect(asked.headers.get('location')).toContain('/interaction/');
  });

  it('never takes over a local account of the same name', async () => {
    GROUPS.carl = ['log-owners'];
    await test.administer('/v1/users', { name: 'carl@example.com', role: 'analyst' });
    const refused = await new Browser().signIn('carl');
    expect(await codeIn(refused)).toBe('USER_EXISTS');
  });
});

describe('what comes back', () => {
  const callback = (query: string) => `http://localhost/oidc/callback?${query}`;

  /** The address that the provider sends `name` back to, not visited. */
  async function returned(browser: Browser, name: string): Promise<string> {
    const seen: string[] = [];
    const send = browser.send.bind(browser);
    browser.send = async (url, init) => {
      if (!url.startsWith('http://localhost/oidc/callback')) return send(url, init);
      seen.push(url);
      return new Response('stopped');
    };
    await browser.signIn(name);
    browser.send = send;
    return seen[0]!;
  }

  it('is taken only from the browser that began, once', async () => {
    const anna = new Browser();
    const address = await returned(anna, 'anna');
    // Somebody who made another browser open this address would sign it in as themselves.
    expect(await codeIn(await new Browser().send(address))).toBe('OIDC_REFUSED');
    const other = new Browser();
    await other.send('http://localhost/oidc/login');
    expect(await codeIn(await other.send(address))).toBe('OIDC_REFUSED');
    expect((await anna.send(address)).status).toBe(200);
    expect(await codeIn(await anna.send(address))).toBe('OIDC_REFUSED');
  });

  it('is refused when it was changed, made up, or comes too late', async () => {
    for (const change of [
      (url: URL) => url.searchParams.set('code', 'made-up'),
      (url: URL) => url.searchParams.set('state', 'made-up'),
      (url: URL) => url.searchParams.set('iss', 'https://evil.example'),
      (url: URL) => url.searchParams.delete('code'),
    ]) {
      const anna = new Browser();
      const url = new URL(await returned(anna, 'anna'));
      change(url);
      expect(await codeIn(await anna.send(url.href))).toBe('OIDC_REFUSED');
      expect((await anna.account()).status).toBe(401);
    }
    for (const query of ['', 'error=access_denied', `code=${'x'.repeat(2_000)}`])
      expect(await codeIn(await new Browser().send(callback(query)))).toBe('OIDC_REFUSED');
    const late = new Browser();
    const address = await returned(late, 'anna');
    now += 11 * 60_000;
    expect(await codeIn(await late.send(address))).toBe('OIDC_REFUSED');
  });

  it('is refused while the provider cannot be reached, and taken again afterwards', async () => {
    const { Oidc } = await import('./oidc.ts');
    const settings = { clientId: 'x', clientSecret: 'y', groupsClaim: 'groups', roles: {}, insecure: true };
    const nobody = new Oidc({ ...settings, issuer: 'http://127.0.0.1:9' }, Date.now);
    await expect(nobody.begin('http://localhost/oidc/callback')).rejects.toMatchObject({
      code: 'OIDC_UNAVAILABLE',
    });
  });
});
