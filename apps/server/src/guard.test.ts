import { ACTIONS, issueToken, Policy } from '@tacet/access';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { App } from './app.ts';
import { ROUTES } from './routes/table.ts';
import { codeIn, type TestServer, testServer } from './testing/server.ts';

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.remove());

/** What answers without a token: health, the pages, and the ways to sign in. None holds content. */
const OPEN = new Set([
  ...['GET /healthz', 'GET /readyz', 'GET /metrics'],
  ...['GET /.well-known/security.txt', 'GET /report-key.txt'],
  ...['GET /report', 'POST /report', 'GET /report/*'],
  ...['GET /sign-in', 'GET /enrol', 'GET /account'],
  ...['GET /assets/pages.css', 'GET /assets/pages.js', 'GET /assets/webauthn.js'],
  ...['POST /v1/enrol/begin', 'POST /v1/enrol/finish', 'POST /v1/sign-in/password'],
  ...['GET /v1/sign-in', 'GET /oidc/login', 'GET /oidc/callback'],
  ...['POST /v1/sign-in/passkey/begin', 'POST /v1/sign-in/passkey/finish'],
]);

/** Every route that the app has a handler for, as `METHOD path`; wildcard handlers are middleware. */
function routesOf(app: App): string[] {
  const own = app.routes.filter(({ path }) => path !== '/*' && path !== '*');
  return [...new Set(own.map(({ method, path }) => `${method} ${path}`))];
}

/** Routes that answer a stranger with anything but 401 TOKEN_MISSING: offenders, unless they are open. */
async function offenders(app: App): Promise<string[]> {
  const found: string[] = [];
  for (const route of routesOf(app)) {
    const [method, path] = route.split(' ') as [string, string];
    for (const host of ['localhost', '127.0.0.1']) {
      const response = await app.request(`http://${host}${path}`, {
        method: method === 'ALL' ? 'GET' : method,
      });
      const asksForToken = response.status === 401 && response.headers.has('WWW-Authenticate');
      if (!asksForToken && !OPEN.has(route)) found.push(route);
    }
  }
  return [...new Set(found)];
}

describe('every route of the server', () => {
  it('is in the table, and the table has no others', () => {
    expect(new Set(routesOf(test.server.app))).toEqual(new Set(Object.keys(ROUTES)));
  });

  it('asks for a token, but for health, pages and signing in', async () => {
    expect(await offenders(test.server.app)).toEqual([]);
    const open = Object.entries(ROUTES).filter(([, action]) => action === 'open');
    expect(new Set(open.map(([route]) => route))).toEqual(OPEN);
  });

  it('would be caught by this test if it did not', async () => {
    const { buildApp } = await import('./app.ts');
    const { Hono } = await import('hono');
    const app = buildApp(partsOf(test));
    const leaky = new Hono() as App;
    leaky.get('/v1/leak', (c) => c.text('content'));
    leaky.all('/v1/debug', (c) => c.text('content'));
    leaky.route('/', app);
    expect(await offenders(leaky)).toEqual(['GET /v1/leak', 'ALL /v1/debug']);
    // Behind the guard, what the table does not name is not answered at all.
    app.get('/v1/late', (c) => c.text('content'));
    const answer = await app.request('http://localhost/v1/late');
    expect([answer.status, await codeIn(answer)]).toEqual([404, 'ROUTE_UNKNOWN']);
  });

  it('answers nobody without the policy, not even an owner', async () => {
    const { buildApp } = await import('./app.ts');
    const { Gatekeeper } = await import('./guard.ts');
    const parts = partsOf(test);
    const policy = await Policy.load([{ name: 'none.cedar', text: '' }]);
    const gatekeeper = new Gatekeeper({
      workspace: 'acme',
      policy,
      tokens: parts.stores.control,
      now: Date.now,
    });
    const unanswered = async (app: App) => {
      const answered: string[] = [];
      for (const route of routesOf(app).filter((route) => !OPEN.has(route))) {
        const [method, path] = route.split(' ') as [string, string];
        const headers = { Authorization: `Bearer ${test.tokens.owner}`, 'Tacet-Purpose': 'ticket%204711' };
        const response = await app.request(`http://localhost${path}`, { method, headers });
        if (response.status !== 403) answered.push(route);
      }
      return answered;
    };
    expect(await unanswered(buildApp({ ...parts, policy, gatekeeper }))).toEqual([]);
    // A route that is in front of the guard is noticed.
    const { Hono } = await import('hono');
    const leaky = new Hono() as App;
    leaky.get('/v1/leak', (c) => c.json({}));
    leaky.route('/', buildApp({ ...parts, policy, gatekeeper }));
    expect(await unanswered(leaky)).toEqual(['GET /v1/leak']);
  });

  it('lets in nobody of another workspace', async () => {
    const rootHash = new Uint8Array(Buffer.from(test.server.config.rootHash, 'hex'));
    for (const role of ['owner', 'ingest', 'reader'] as const) {
      const foreign = issueToken({ role, workspace: 'other', rootHash, lowestEpoch: 1, now: 0 });
      const headers = { Authorization: `Bearer ${foreign.token}`, 'Tacet-Purpose': 'ticket%204711' };
      const codes = async () =>
        Promise.all(
          Object.keys(ROUTES)
            .filter((route) => !OPEN.has(route))
            .map(async (route) => {
              const [method, path] = route.split(' ') as [string, string];
              return (await test.request(path, { method, headers })).status;
            }),
        );
      expect(new Set(await codes())).toEqual(new Set([401]));
      // Even when the record is there, in a store that workspaces share.
      await test.server.stores.control.addToken(foreign.record);
      expect(new Set(await codes())).toEqual(new Set([403]));
    }
  });

  it('refuses the ingest token wherever something is read, and a reader where something is written', async () => {
    for (const [route, action] of Object.entries(ROUTES)) {
      if (action === 'open') continue;
      const [method, path] = route.split(' ') as [string, string];
      const reads = action !== 'ingest';
      const token = reads ? test.tokens.ingest : test.tokens.reader;
      const headers = { Authorization: `Bearer ${token}`, 'Tacet-Purpose': 'ticket%204711' };
      const response = await test.request(path, { method, headers });
      expect([route, response.status]).toEqual([route, 403]);
      expect(await response.text()).toContain('NOT_ALLOWED');
    }
  });

  it('asks for a purpose wherever something is read', async () => {
    for (const [route, action] of Object.entries(ROUTES)) {
      if (action === 'open' || !(ACTIONS[action] as readonly string[]).includes('content')) continue;
      const [method, path] = route.split(' ') as [string, string];
      const headers = { Authorization: `Bearer ${test.tokens.reader}` };
      const without = await test.request(path, { method, headers });
      expect([without.status, await codeIn(without)]).toEqual([403, 'PURPOSE_MISSING']);
      for (const purpose of ['ab', '%E0%A4', 'x'.repeat(501), 'two%0Alines']) {
        const wrong = await test.request(path, { method, headers: { ...headers, 'Tacet-Purpose': purpose } });
        expect([wrong.status, await codeIn(wrong)]).toEqual([400, 'PURPOSE_INVALID']);
      }
    }
  });
});

describe('tokens', () => {
  const ask = async (authorization: string) =>
    codeIn(
      await test.request('/v1/authority', {
        headers: { Authorization: authorization, 'Tacet-Purpose': 'abc' },
      }),
    );

  it('must be ones that were issued', async () => {
    const rootHash = new Uint8Array(32);
    const stranger = issueToken({
      role: 'reader',
      workspace: 'acme',
      rootHash,
      lowestEpoch: 1,
      now: 0,
    }).token;
    expect(await ask(`Bearer ${stranger}`)).toBe('TOKEN_INVALID');
    expect(await ask(`Bearer ${test.tokens.reader.slice(0, -1)}`)).toBe('TOKEN_INVALID');
    expect(await ask('Bearer x')).toBe('TOKEN_INVALID');
    expect(await ask('Basic dGFjZXQ6dGFjZXQ=')).toBe('TOKEN_MISSING');
    expect(await ask(`bearer  ${test.tokens.reader}`)).toBeUndefined();
  });

  it('expire', async () => {
    const { rootHash } = test.server.config;
    const { token, record } = issueToken({
      role: 'reader',
      workspace: 'acme',
      rootHash: new Uint8Array(Buffer.from(rootHash, 'hex')),
      lowestEpoch: 1,
      now: 0,
      expires: 1_000,
    });
    await test.server.stores.control.addToken(record);
    expect(await ask(`Bearer ${token}`)).toBe('TOKEN_EXPIRED');
  });
});

describe('the edges', () => {
  it('names the methods a path has', async () => {
    const response = await test.request('/v1/logs');
    expect([response.status, response.headers.get('Allow')]).toEqual([405, 'POST']);
  });

  it('answers for its own machine only, unless a proxy stands in front', async () => {
    const rebound = await test.server.app.request('http://evil.example/metrics');
    expect([rebound.status, await codeIn(rebound)]).toEqual([403, 'NOT_ALLOWED']);
    const { buildApp } = await import('./app.ts');
    const proxied = buildApp({ ...partsOf(test), reach: { tls: false, behindProxy: true } });
    expect((await proxied.request('http://logs.example.com/healthz')).status).toBe(200);
  });

  it('sends security headers with every answer', async () => {
    for (const path of ['/healthz', '/v1/authority', '/nowhere']) {
      const { headers } = await test.request(path);
      expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
      expect(headers.get('Cache-Control')).toBe('no-store');
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'none'");
    }
  });
});

function partsOf({ server }: TestServer) {
  return server.parts;
}
