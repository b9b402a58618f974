import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { codeIn, type TestServer, testServer } from '../testing/server.ts';

let test: TestServer;
let now = Date.parse('2026-01-05T12:00:00Z');
beforeAll(async () => {
  test = await testServer({ now: () => now });
});
afterAll(() => test.remove());
beforeEach(() => {
  // Whoever was slowed down is not any more.
  now += 3_600_000;
});

const ORIGIN = 'http://localhost';
const PASSWORD = 'four words in a row';
const HOUR = 3_600_000;

/** A browser at one of our pages: sends its origin, keeps the cookie. */
class Browser {
  cookie = '';
  async send(path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
    const response = await test.request(path, {
      method: body === undefined ? 'GET' : 'POST',
      body: body === undefined ? null : JSON.stringify(body),
      headers: { Origin: ORIGIN, ...(this.cookie && { Cookie: this.cookie }), ...headers },
    });
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';', 1)[0]!;
    return response;
  }
}

async function add(name: string, role = 'reader', more = {}): Promise<string> {
  const made = await test.administer('/v1/users', { name, role, ...more });
  expect(made.status).toBe(200);
  return ((await made.json()) as { link: { code: string } }).link.code;
}

async function enrolled(name: string, role = 'reader', more = {}): Promise<Browser> {
  const browser = new Browser();
  const code = await add(name, role, more);
  expect((await browser.send('/v1/enrol/finish', { code, password: PASSWORD })).status).toBe(200);
  return browser;
}

const signIn = (browser: Browser, name: string, password = PASSWORD) =>
  browser.send('/v1/sign-in/password', { name, password });
const account = async (browser: Browser) => browser.send('/v1/account');
const entries = async (kind: string) =>
  (await Array.fromAsync(test.server.trail.leaves()))
    .map((leaf) => JSON.parse(Buffer.from(leaf).toString()))
    .filter((entry) => entry.kind === kind);

describe('one-time links', () => {
  it('make the first owner, until somebody can sign in', async () => {
    const first = (await test.server.firstOwner())!;
    const second = (await test.server.firstOwner())!;
    const finish = async ({ code }: { code: string }) =>
      (await new Browser().send('/v1/enrol/finish', { code, password: PASSWORD })).status;
    expect(await finish(first)).toBe(403);
    expect(await finish(second)).toBe(200);
    expect(await test.server.firstOwner()).toBeUndefined();
    const users = await test.server.stores.control.users('acme');
    expect(users).toMatchObject([{ name: 'owner', role: 'owner' }]);
    expect(users[0]?.password).toMatch(/^\$argon2id\$/);
  });

  it('set up a password once, and sign in', async () => {
    const browser = new Browser();
    const code = await add('anna', 'analyst');
    const begun = await browser.send('/v1/enrol/begin', { code });
    expect(await begun.json()).toMatchObject({
      name: 'anna',
      role: 'analyst',
      passkey: { rp: { id: 'localhost' } },
    });
    const done = await browser.send('/v1/enrol/finish', { code, password: PASSWORD });
    const cookie = done.headers.get('set-cookie')!;
    expect(cookie).toMatch(/^tacet=[A-Za-z0-9_-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await (await account(browser)).json()).toMatchObject({
      name: 'anna',
      role: 'analyst',
      password: true,
      sessions: [{ method: 'link', this: true }],
    });
    for (const path of ['begin', 'finish'])
      expect(await codeIn(await browser.send(`/v1/enrol/${path}`, { code }))).toBe('LINK_INVALID');
  });

  it('are used by one of two who come at once', async () => {
    const code = await add('bert');
    const both = await Promise.all(
      [1, 2].map(() => new Browser().send('/v1/enrol/finish', { code, password: PASSWORD })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 403]);
  });

  it('expire, and give way to a newer one', async () => {
    const first = await add('carl');
    const { link } = (await (await test.administer('/v1/users/link', { name: 'carl' })).json()) as {
      link: { code: string };
    };
    const begin = async (code: string) => codeIn(await new Browser().send('/v1/enrol/begin', { code }));
    expect(await begin(first)).toBe('LINK_INVALID');
    expect(await begin(link.code)).toBeUndefined();
    now += 25 * HOUR;
    expect(await begin(link.code)).toBe('LINK_INVALID');
    for (const code of ['', 'x', 'A'.repeat(43)]) expect(await begin(code)).toBe('LINK_INVALID');
  });

  it('are kept as hashes only, and a weak password does not use them up', async () => {
    const code = await add('dora');
    const browser = new Browser();
    for (const password of ['short', 'dora-dora-dora'])
      expect(await codeIn(await browser.send('/v1/enrol/finish', { code, password }))).toBe('PASSWORD_WEAK');
    expect(await codeIn(await browser.send('/v1/enrol/finish', { code }))).toBe('REQUEST_INVALID');
    expect((await browser.send('/v1/enrol/finish', { code, password: PASSWORD })).status).toBe(200);
  });
});

describe('sessions', () => {
  it('let a role do what its policy says, and nothing else', async () => {
    const reader = await enrolled('rita');
    const purpose = { 'Tacet-Purpose': 'ticket%204711' };
    expect((await reader.send('/v1/plan', {}, purpose)).status).toBe(200);
    expect(await codeIn(await reader.send('/v1/plan', {}))).toBe('PURPOSE_MISSING');
    expect(await codeIn(await reader.send('/v1/tokens'))).toBe('NOT_ALLOWED');
    const owner = await enrolled('olga', 'owner');
    expect((await owner.send('/v1/tokens')).status).toBe(200);
    expect(await codeIn(await test.administer('/v1/account'))).toBe('NOT_ALLOWED');
  });

  it('refuse what another site makes a browser send', async () => {
    const owner = await enrolled('otto', 'owner');
    const refused = async (headers: Record<string, string>, path = '/v1/tokens', body?: unknown) =>
      codeIn(await owner.send(path, body, headers));
    const made = { role: 'ingest' };
    for (const origin of ['https://evil.example', 'http://localhost:1234', 'https://localhost', 'null', ''])
      expect(await refused({ Origin: origin }, '/v1/tokens', made)).toBe('ORIGIN_REFUSED');
    expect(await refused({ 'Sec-Fetch-Site': 'cross-site' })).toBe('ORIGIN_REFUSED');
    expect(await refused({ 'Sec-Fetch-Site': 'same-site' })).toBe('ORIGIN_REFUSED');
    expect(await refused({ 'Sec-Fetch-Site': 'same-origin' })).toBeUndefined();
    const signIn = await new Browser().send(
      '/v1/sign-in/password',
      { name: 'otto', password: PASSWORD },
      { Origin: 'https://evil.example' },
    );
    expect(await codeIn(signIn)).toBe('ORIGIN_REFUSED');
  });

  it('end when they are not used, and at last in any case', async () => {
    const idle = await enrolled('ida');
    now += 2 * HOUR - 1_000;
    expect((await account(idle)).status).toBe(200);
    now += 2 * HOUR;
    expect(await codeIn(await account(idle))).toBe('SIGNIN_ENDED');

    const busy = await enrolled('bea');
    for (let hour = 0; hour < 11; hour++) {
      now += HOUR;
      expect((await account(busy)).status).toBe(200);
    }
    now += HOUR;
    expect(await codeIn(await account(busy))).toBe('SIGNIN_ENDED');
  });

  it('end by signing out, here and elsewhere, for good', async () => {
    const here = await enrolled('hans');
    const there = new Browser();
    expect((await signIn(there, 'hans')).status).toBe(200);
    expect((await here.send('/v1/account/sessions/end', {})).status).toBe(200);
    expect(await codeIn(await account(there))).toBe('SIGNIN_ENDED');
    const before = here.cookie;
    expect((await here.send('/v1/account/sign-out', {})).status).toBe(200);
    here.cookie = before;
    expect(await codeIn(await account(here))).toBe('SIGNIN_ENDED');
    expect((await entries('logout')).map(({ facts }) => facts)).toEqual([{ others: true }, {}]);
  });

  it('end when the account is disabled or gets a new link', async () => {
    const lena = await enrolled('lena');
    await test.administer('/v1/users/link', { name: 'lena' });
    expect(await codeIn(await account(lena))).toBe('SIGNIN_ENDED');
    expect(await codeIn(await signIn(lena, 'lena'))).toBe('SIGNIN_FAILED');
    const max = await enrolled('max');
    expect((await test.administer('/v1/users/disable', { name: 'max' })).status).toBe(200);
    expect(await codeIn(await account(max))).toBe('SIGNIN_ENDED');
    expect(await codeIn(await signIn(max, 'max'))).toBe('SIGNIN_FAILED');
    expect(await codeIn(await test.administer('/v1/users/link', { name: 'max' }))).toBe('USER_UNKNOWN');
  });

  it('start anew at each sign-in, whatever cookie was there', async () => {
    const browser = await enrolled('nina');
    const planted = browser.cookie;
    await signIn(browser, 'nina');
    expect(browser.cookie).not.toBe(planted);
    const old = new Browser();
    old.cookie = planted;
    expect(await codeIn(await account(old))).toBe('SIGNIN_ENDED');
    for (const cookie of ['tacet=', 'tacet=x', `tacet=${'A'.repeat(43)}`, `tacet=${'A'.repeat(9_000)}`]) {
      old.cookie = cookie;
      expect((await account(old)).status).toBe(401);
    }
  });

  it('of another workspace open nothing', async () => {
    const { control } = test.server.stores;
    const { hashCode, newCode } = await import('@tacet/access');
    const [id, code] = ['ff'.repeat(16), newCode()];
    const seconds = Math.floor(now / 1000);
    await control.addUser({
      id,
      workspace: 'other',
      name: 'anna',
      role: 'owner',
      created: 0,
      disabled: false,
    });
    await control.addWebSession({
      hash: hashCode(code)!,
      workspace: 'other',
      user: id,
      method: 'password',
      created: seconds,
      seen: seconds,
      expires: seconds + 1_000,
    });
    const browser = new Browser();
    browser.cookie = `tacet=${code}`;
    expect(await codeIn(await account(browser))).toBe('SIGNIN_ENDED');
    const link = newCode();
    await control.addEnrolment({
      hash: hashCode(link)!,
      workspace: 'other',
      user: id,
      expires: seconds + 1_000,
    });
    expect(await codeIn(await browser.send('/v1/enrol/begin', { code: link }))).toBe('LINK_INVALID');
  });
});

describe('guessing', () => {
  it('is slowed down for an account that exists and one that does not, alike', async () => {
    await enrolled('gina');
    for (const name of ['gina', 'nobody']) {
      const codes = [];
      for (let n = 0; n < 7; n++)
        codes.push(await codeIn(await signIn(new Browser(), name, 'wrong password')));
      expect([name, ...codes]).toEqual([
        name,
        ...Array(5).fill('SIGNIN_FAILED'),
        'SIGNIN_LIMITED',
        'SIGNIN_LIMITED',
      ]);
    }
    const limited = await signIn(new Browser(), 'gina');
    expect([limited.status, limited.headers.has('Retry-After')]).toEqual([429, true]);
    now += 60_000;
    expect((await signIn(new Browser(), 'gina')).status).toBe(200);
  });

  it('is slowed down by network, whatever names it tries', async () => {
    const codes = new Set();
    for (let n = 0; n < 40; n++) {
      const response = await new Browser().send('/v1/enrol/finish', { code: `${n}`, password: PASSWORD });
      codes.add(await codeIn(response));
    }
    expect(codes).toEqual(new Set(['LINK_INVALID', 'SIGNIN_LIMITED']));
  });

  it('is on record, within bounds and without names or addresses', async () => {
    const failures = await entries('failure');
    expect(failures.length).toBeGreaterThan(10);
    expect(failures.length).toBeLessThan(60);
    expect(failures.at(-1)).toMatchObject({ facts: { method: 'link', code: 'LINK_INVALID' } });
    expect(JSON.stringify(failures)).not.toMatch(/gina|nobody/);
    expect((await entries('login')).length).toBeGreaterThan(3);
    const events = (await entries('account')).map(({ facts }) => facts.event);
    expect(new Set(events)).toEqual(new Set(['created', 'link', 'disable']));
  });
});

describe('accounts', () => {
  it('are listed without what would open them', async () => {
    const { users } = (await (await test.administer('/v1/users')).json()) as { users: object[] };
    expect(users).toContainEqual(expect.objectContaining({ name: 'anna', role: 'analyst', password: true }));
    expect(JSON.stringify(users)).not.toMatch(/argon|hash|code/);
  });

  it('have one name each, and administrators are made by owners', async () => {
    expect(await codeIn(await test.administer('/v1/users', { name: 'anna', role: 'reader' }))).toBe(
      'USER_EXISTS',
    );
    const admin = await enrolled('adam', 'admin');
    expect(await codeIn(await admin.send('/v1/users', { name: 'eve', role: 'owner' }))).toBe('NOT_ALLOWED');
    expect(await codeIn(await admin.send('/v1/users/disable', { name: 'olga' }))).toBe('NOT_ALLOWED');
    expect((await admin.send('/v1/users', { name: 'eve', role: 'reader' })).status).toBe(200);
    expect(await codeIn(await test.administer('/v1/users', { name: 'bot', role: 'ingest' }))).toBe(
      'REQUEST_INVALID',
    );
  });

  it('leave no password, code or cookie readable in the directory', async () => {
    const { execFileSync } = await import('node:child_process');
    const browser = await enrolled('zoe');
    for (const secret of [PASSWORD, browser.cookie.slice('tacet='.length)]) {
      const found = () => execFileSync('grep', ['-rlF', secret, test.directory]);
      expect(found).toThrow();
    }
  });
});
