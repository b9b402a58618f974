import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeEntry, ENTRY_KINDS, type EntryKind, encodeEntry } from '../proof/entry.ts';
import { OCSF_CLASS, toOcsf } from './ocsf.ts';

const event = (kind: string, facts: Record<string, string | number> = {}) => {
  const { leaf } = encodeEntry(
    { kind: kind as EntryKind, workspace: 'acme', actor: 'a1', facts },
    new Date(1_700_000_000_123),
  );
  return toOcsf(decodeEntry(leaf), 'tacet/1/2', 7);
};

describe('events for a SIEM', () => {
  it.each(Object.keys(ENTRY_KINDS))('have what every event must have: %s', (kind) => {
    const made = event(kind);
    expect(made).toMatchObject({
      time: 1_700_000_000_123,
      metadata: { version: '1.3.0', product: { vendor_name: 'Tacet' }, uid: 'tacet/1/2#7', event_code: kind },
    });
    expect(made.type_uid).toBe(Number(made.class_uid) * 100 + Number(made.activity_id));
    expect(made.category_uid).toBe(Number(String(made.class_uid)[0]));
    // What these classes require beyond that.
    const asks: Record<number, string[]> = {
      3001: ['user'],
      3002: ['user', 'service'],
      3004: ['entity'],
      6002: ['app'],
      6005: ['actor', 'src_endpoint', 'table'],
    };
    for (const name of asks[Number(made.class_uid)]!) expect(made).toHaveProperty(name);
  });

  it('say what was done, as their class calls it', () => {
    expect(event('release')).toMatchObject({ class_uid: 6005, activity_id: 1, status_id: 1 });
    expect(event('search')).toMatchObject({ class_uid: 6005, activity_id: 4 });
    expect(event('token', { event: 'revoked' })).toMatchObject({ class_uid: 3004, activity_id: 4 });
    expect(event('account', { event: 'created' })).toMatchObject({ class_uid: 3001, activity_id: 1 });
    expect(event('failure', { count: 12 })).toMatchObject({ class_uid: 3002, status_id: 2, count: 12 });
    expect(event('of-tomorrow')).toMatchObject({ class_uid: 3004, activity_id: 99 });
  });

  it('are documented as they are', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/trail.md'), 'utf8');
    for (const [kind, { class: name, activity }] of Object.entries(OCSF_CLASS)) {
      const uid = {
        accountChange: 3001,
        authentication: 3002,
        entityManagement: 3004,
        lifecycle: 6002,
        datastore: 6005,
      };
      const row = page
        .split('\n')
        .find(
          (line) => line.startsWith('| ') && line.includes(`${uid[name]} `) && line.includes(`\`${kind}\``),
        );
      expect(row, kind).toContain(activity);
    }
  });
});
