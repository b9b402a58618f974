import type { Check, Readable } from '../finding.ts';
import type { HttpReply } from '../probing/wire.ts';

export const LISTING: Check = {
  id: 'web-listing',
  title: 'The web server lists the files of a folder',
  severity: 'medium',
  why: 'Whatever lies in the folder is found without guessing its name.',
  fix: 'Switch it off: "autoindex off" (nginx), "Options -Indexes" (Apache), "file_server" without browse (Caddy).',
  references: [
    'https://nginx.org/en/docs/http/ngx_http_autoindex_module.html',
    'https://httpd.apache.org/docs/2.4/mod/mod_autoindex.html',
  ],
};

/** Folders that are looked at, besides the root itself. */
export const FOLDERS = ['', 'backup/', 'backups/', 'uploads/', 'files/', 'logs/', 'data/', 'export/'];

/** How servers head their lists: nginx and Apache, Python, Jetty, IIS, Caddy, Node's serve-index. */
const HEADINGS = [
  /<title>Index of \/[^<]*<\/title>/i,
  /<title>Directory listing for \/[^<]*<\/title>/i,
  /<title>Directory: \/[^<]*<\/title>/i,
  /<title>listing directory \/[^<]*<\/title>/i,
  /<A HREF="[^"]*">\[To Parent Directory\]<\/A>/i,
  /<meta name="generator" content="Caddy[^"]*"|<a href="https:\/\/caddyserver\.com"[^>]*>[\s\S]{0,40}file_server/i,
];

const LINK = /<a\s[^>]{0,200}href="([^"?#]{1,255})"/gi;
const MOST = 100;

/** The heading of a list of files, and the names on it; undefined when the page is none. */
export function listing(reply: HttpReply): { heading: string; names: string[] } | undefined {
  const heading = HEADINGS.map((pattern) => pattern.exec(reply.body)?.[0]).find(
    (found) => found !== undefined,
  );
  if (reply.status !== 200 || heading === undefined) return undefined;
  const names = [...reply.body.matchAll(LINK)]
    .map(([, href = '']) => href)
    .filter((href) => !/^(?:\/|\.\.?\/?$|[a-z]+:)/i.test(href));
  return { heading, names: [...new Set(names)] };
}

export function readableOf(names: readonly string[], tell: (text: string) => string): Readable[] {
  return names
    .slice(0, MOST)
    .map((name) => ({ kind: name.endsWith('/') ? 'folder' : 'file', name: tell(name) }));
}
