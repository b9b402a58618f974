/**
 * Adds the packages of other platforms that package-lock.json lacks. A registry that mirrors only the
 * platforms of its users makes npm leave the others out, and `npm ci` then refuses the lockfile anywhere.
 * Run after `npm install` on such a machine; tests/repository.test.ts says when it is needed.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Lockfile, missingPlatforms, platformOf } from './lockfile.ts';

const path = join(import.meta.dirname, '../package-lock.json');
const lock: Lockfile = JSON.parse(readFileSync(path, 'utf8'));

const missing = missingPlatforms(lock);
for (const { place, name, version, dev } of missing) {
  lock.packages[place] = { version, ...platformOf(name), ...(dev ? { dev } : {}), optional: true };
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(`${missing.length} packages of other platforms added`);
