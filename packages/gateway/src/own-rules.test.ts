import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDetector } from '@tacet/detect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { OWN_RULES_FILE, readOwnRules } from './own-rules.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacet-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('rules beside the configuration are added to the built-in ones; what they extend is beside them', async () => {
  expect(await readOwnRules(folder)).toBeUndefined();
  writeFileSync(join(folder, OWN_RULES_FILE), '[extend]\npath = "more.toml"');
  await expect(readOwnRules(folder)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
  writeFileSync(join(folder, 'more.toml'), `[[rules]]\nid = "acme"\nregex = '''acme-\\d{6}'''`);
  const detector = createDetector({ fingerprintKey: new Uint8Array(32), ...(await readOwnRules(folder)) });
  const text = 'acme-123456 postgres://u:hunter22x@db.internal/x';
  expect(detector.scan(text).map(({ kind }) => kind)).toEqual(['acme', 'postgres-password']);
  writeFileSync(join(folder, 'more.toml'), '[[rules]]\nid = "acme"\nsort = 1');
  await expect(readOwnRules(folder)).rejects.toMatchObject({ code: 'RULES_INVALID' });
});
