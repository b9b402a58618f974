import { once } from 'node:events';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workbench } from '../apps/cli/src/testing/command.ts';

let bench: Workbench;
let browser: Browser;
let base: string;
let directory: string;
/** The link that `serve` printed. */
let link: string;

const SHOTS = process.env.SCREENSHOTS;
const shot = async (page: Page, name: string) => {
  if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}.png` });
};

beforeAll(async () => {
  bench = await Workbench.create();
  directory = bench.path('store');
  await bench.tacet(['init', '--dir', directory, '--workspace', 'acme']);
  const served = await bench.serve(directory);
  const [said] = (await once(served.process.stderr!, 'data')) as [Buffer];
  link = /http:\/\/localhost:\d+\/enrol#[\w-]+/.exec(`${said}`)![0];
  base = served.address.replace('127.0.0.1', 'localhost');
  browser = await playwright.launch({
    executablePath: await chromium.executablePath(),
    // The package's own flags switch the browser's security off.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    headless: true,
  });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await bench.remove();
});

/** A person at a browser with a platform authenticator, who confirms whatever it asks. */
async function person(): Promise<{ context: BrowserContext; page: Page; problems: string[] }> {
  const context = await browser.newContext({ viewport: { width: 900, height: 760 } });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`${error}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) problems.push(message.text());
  });
  return { context, page, problems };
}

describe('a server that others can reach', () => {
  it('is refused as long as nobody has an account', async () => {
    const open = bench.path('open');
    await bench.tacet(['init', '--dir', open]);
    const tls = ['--tls-cert', bench.path('cert.pem'), '--tls-key', bench.path('key.pem')];
    const refused = await bench.tacet(['serve', '--dir', open, '--host', '0.0.0.0', ...tls]);
    expect([refused.status, refused.stdout]).toEqual([2, '']);
    expect(refused.stderr).toContain('nobody has an account yet');
    const half = await bench.tacet(['serve', '--dir', open, '--tls-cert', bench.path('cert.pem')]);
    expect(half.stderr).toContain('--tls-cert and --tls-key belong together');
  }, 90_000);
});

describe('a person at a browser', () => {
  it('sets a passkey up by the first link, signs out, and in again by it', async () => {
    const { context, page, problems } = await person();
    await page.goto(link);
    await page.getByText('This link works once').waitFor();
    await shot(page, 'enrol');
    expect(page.url()).toBe(`${base}/enrol`);
    await page.getByRole('button', { name: 'Set up a passkey' }).click();
    await page.getByText('Where you are signed in').waitFor();
    await shot(page, 'account');
    expect(page.url()).toBe(`${base}/account`);
    expect(await page.locator('#role').textContent()).toBe('owner');
    expect(await page.locator('#passkeys').textContent()).toBe('1');

    const [cookie] = await context.cookies();
    expect(cookie).toMatchObject({ name: 'tacet', httpOnly: true, sameSite: 'Strict' });
    expect(await page.evaluate(() => document.cookie)).toBe('');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await shot(page, 'sign-in');
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
    await page.getByText('Where you are signed in').waitFor();
    expect(await page.locator('#sessions tr').count()).toBe(1);
    expect(await page.locator('#sessions').textContent()).toContain('passkey, here');
    expect(problems).toEqual([]);
    await context.close();
  }, 60_000);

  it('sets a password up by a link that a colleague made, and is told what is wrong', async () => {
    const added = await bench.tacet([
      'user',
      'add',
      'anna@example.com',
      '--role',
      'reader',
      '--dir',
      directory,
    ]);
    expect(added.stderr).toContain('works once');
    const { context, page, problems } = await person();
    await page.goto(added.stdout.trim());
    await page.getByText('anna@example.com').waitFor();
    const choose = async (password: string, again = password) => {
      await page.getByLabel('Password, at least').fill(password);
      await page.getByLabel('The same again').fill(again);
      await page.getByRole('button', { name: 'Set the password' }).click();
    };
    await choose('four words in a row', 'four words in a raw');
    await page.getByText('The two passwords differ.').waitFor();
    await shot(page, 'enrol-problem');
    await choose('four words in a row');
    await page.getByText('Where you are signed in').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();

    await page.getByLabel('Name').fill('anna@example.com');
    await page.getByLabel('Password').fill('something else');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Name or password is wrong').waitFor();
    await page.getByLabel('Password').fill('four words in a row');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByText('Where you are signed in').waitFor();
    expect(problems).toEqual([]);
    const listed = await bench.tacet(['user', 'list', '--dir', directory]);
    expect(listed.stdout).toMatch(/anna@example\.com +reader +all services .* password/);
    expect(listed.stdout).toMatch(/owner +owner +all services .* passkey \(1\)/);
    await context.close();
  }, 60_000);

  it('is told when a link was used, and sent to sign in without a session', async () => {
    const { context, page } = await person();
    await page.goto(link);
    await page.getByText('This link was used or has expired').waitFor();
    await page.goto(`${base}/account`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  }, 60_000);

  it('runs nothing in our pages that is not ours', async () => {
    const { context, page } = await person();
    for (const path of ['/sign-in', '/enrol', '/account']) {
      const response = await fetch(`${base}${path}`);
      const policy = response.headers.get('content-security-policy')!;
      expect(policy).toContain("default-src 'none'; script-src 'self'");
      expect(policy).not.toContain('unsafe');
      expect(await response.text()).not.toMatch(/<script(?![^>]*src=)|\son\w+=|style=/);
    }
    await page.goto(`${base}/sign-in`);
    await page.addScriptTag({ content: 'globalThis.planted = true' }).catch(() => {});
    expect(await page.evaluate(() => (globalThis as { planted?: boolean }).planted)).toBeUndefined();
    await context.close();
  }, 60_000);
});
