import { readFile } from 'node:fs/promises';
import type { App } from '../app.ts';

/** Only what this server serves runs in its pages, and they talk to it alone. */
const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Without a referrer browsers say of a page's requests to its own server that they come from nowhere. */
const PAGE_HEADERS = { 'Content-Security-Policy': PAGE_POLICY, 'Referrer-Policy': 'same-origin' };

const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

/** The pages and what they load, by their place in the source and beside the built program. */
const FILES = {
  '/sign-in': [new URL('../pages/sign-in.html', import.meta.url), HTML],
  '/enrol': [new URL('../pages/enrol.html', import.meta.url), HTML],
  '/account': [new URL('../pages/account.html', import.meta.url), HTML],
  '/assets/pages.css': [new URL('../pages/pages.css', import.meta.url), 'text/css; charset=utf-8'],
  '/assets/pages.js': [new URL('../pages/pages.js', import.meta.url), SCRIPT],
  '/assets/webauthn.js': [
    new URL('../dist/bundle/index.umd.min.js', import.meta.resolve('@simplewebauthn/browser')),
    SCRIPT,
  ],
} as const satisfies Record<string, readonly [URL, string]>;

/** Static pages for people: to sign in, to use a one-time link, to see their account. They hold no content. */
export function routePages(app: App): void {
  for (const [path, [file, type]] of Object.entries(FILES))
    app.get(path, async (c) => c.body(await readFile(file), 200, { 'Content-Type': type, ...PAGE_HEADERS }));
}
