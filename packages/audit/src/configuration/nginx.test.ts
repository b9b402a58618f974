import { describe, expect, it } from 'vitest';
import { nginx } from './checks/nginx.ts';
import { readingOf } from './configuration.ts';

/** What is found in these files, as `check file:line`. */
function found(files: Readonly<Record<string, string>>): string[] {
  const readings = Object.entries(files).map(([file, text]) => readingOf(file, text)!);
  return [...nginx.run(readings)].map(([{ id }, { at }]) => {
    const [first] = [at].flat();
    return `${id} ${first!.file}:${first!.at.line}`;
  });
}

const SITE = 'server {\n  listen 80;\n  location / {\n    proxy_pass http://elasticsearch:9200;\n  }\n}\n';

describe('what nginx includes', () => {
  it('is judged where it is included, and told where it stands', () => {
    for (const path of ['conf.d/*.conf', '/etc/nginx/conf.d/*.conf', 'conf.d/site.conf'])
      expect(
        found({ 'd/nginx.conf': `http { include ${path}; }`, 'd/conf.d/site.conf': SITE }),
        path,
      ).toEqual(['nginx-database-without-password d/conf.d/site.conf:4']);
    const guarded = 'http {\n auth_basic on;\n include conf.d/*.conf;\n}';
    expect(found({ 'd/nginx.conf': guarded, 'd/conf.d/site.conf': SITE })).toEqual([]);
  });

  it('guards only by what is in it', () => {
    const site = SITE.replace('listen 80;', 'listen 80;\n  include snippets/x.conf;').replace(
      'location / {',
      'location / {\n    include snippets/x.conf;',
    );
    const main = 'http { include sites-enabled/*; }';
    const of = (snippet: string) =>
      found({ 'd/nginx.conf': main, 'd/sites-available/site': site, 'd/snippets/x.conf': snippet });
    expect(of('add_header X y;\n')).toEqual(['nginx-database-without-password d/sites-available/site:6']);
    expect(of('allow 10.0.0.0/8;\ndeny all;\n')).toEqual([]);
    // What was not given may ask for a password.
    expect(found({ 'd/nginx.conf': main, 'd/sites-available/site': site })).toEqual([]);
  });

  it('goes round in no circle, and has its limits', () => {
    const circle = {
      'd/nginx.conf': 'include b.conf;',
      'd/conf.d/b.conf': `include ../nginx.conf;\n${SITE}`,
    };
    expect(found({ ...circle, 'd/b.conf': `include nginx.conf;\n${SITE}` })).toContain(
      'nginx-database-without-password d/b.conf:5',
    );
    const many = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`d/conf.d/${at}.conf`, `${SITE}include conf.d/*.conf;\n`]),
    );
    expect(new Set(found({ 'd/nginx.conf': 'include conf.d/*.conf;', ...many })).size).toBeGreaterThan(0);
  });
});
