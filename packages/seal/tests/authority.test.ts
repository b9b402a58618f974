import { codeOf } from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import { platform } from '#platform';
import {
  type AuthorityRecords,
  certifyEpoch,
  certifyWriter,
  createIdentity,
  createWriter,
  decodeDelegation,
  delegateOperations,
  type Founded,
  foundWorkspace,
  grantEpoch,
  type Identity,
  recordHash,
  renewEpochCertificate,
  replaceRoot,
  verifyAuthority,
} from '../src/index.ts';
import { encodeDelegation } from '../src/records/operations.ts';
import { NOW } from './workspace.ts';

const DAY = 86_400_000;
let founded: Founded;
let rootHash: Uint8Array;
beforeAll(async () => {
  founded = await foundWorkspace({ workspace: 'acme', now: NOW });
  rootHash = founded.rootHash;
});

async function refusal(
  change: Partial<AuthorityRecords>,
  options: { rootHash?: Uint8Array; now?: number } = {},
) {
  const result = await verifyAuthority({ ...founded.authority, ...change }, { rootHash, ...options }).catch(
    (e) => e,
  );
  return codeOf(result) ?? 'accepted';
}

describe('the authority of a workspace', () => {
  it('holds as it was founded', async () => {
    const authority = await verifyAuthority(founded.authority, { rootHash, now: NOW });
    expect(authority).toMatchObject({ workspace: 'acme', rootHash });
    expect([authority.epochs.length, authority.writers.length, authority.grants.length]).toEqual([1, 1, 1]);
    expect(recordHash(founded.authority.root[0]!)).toEqual(rootHash);
    expect(founded.identity.pins).toEqual([{ workspace: 'acme', rootHash }]);
  });

  it('does not hold with bytes of any record changed', async () => {
    const expected = {
      root: ['ROOT_MISMATCH', 'RECORD_MALFORMED', 'RECORD_VERSION_UNKNOWN'],
      operations: ['OPERATIONS_INVALID', 'RECORD_MALFORMED', 'RECORD_VERSION_UNKNOWN'],
      epochs: ['EPOCH_INVALID', 'RECORD_MALFORMED', 'RECORD_VERSION_UNKNOWN'],
      writers: ['WRITER_INVALID', 'RECORD_MALFORMED', 'RECORD_VERSION_UNKNOWN'],
      grants: ['GRANT_INVALID', 'RECORD_MALFORMED', 'RECORD_VERSION_UNKNOWN'],
    };
    for (const list of ['root', 'operations', 'epochs', 'writers', 'grants'] as const) {
      const record = founded.authority[list][0]!;
      const codes = new Set<string>();
      // Every byte at both ends, where fields and signature are; keys and ciphertexts in steps.
      const middle = (at: number) => at > 150 && at < record.length - 90;
      for (let at = 0; at < record.length; at += middle(at) ? 23 : 1) {
        const changed = record.slice();
        changed[at]! ^= 1 << (at % 8);
        codes.add(await refusal({ [list]: [changed] }));
      }
      expect([...codes].sort()).toEqual(expected[list].sort());
      expect(await refusal({ [list]: [record.subarray(0, 70)] })).toBe('RECORD_MALFORMED');
      expect(await refusal({ [list]: [new Uint8Array(65_537)] })).toBe('RECORD_MALFORMED');
    }
  });

  it('hangs on the pinned root and nothing else', async () => {
    expect(await refusal({}, { rootHash: new Uint8Array(32) })).toBe('ROOT_MISMATCH');
    expect(await refusal({ root: [] })).toBe('ROOT_MISMATCH');
    const other = await foundWorkspace({ workspace: 'acme', now: NOW });
    expect(await refusal(other.authority)).toBe('ROOT_MISMATCH');
    for (const [list, code] of [
      ['operations', 'OPERATIONS_INVALID'],
      ['epochs', 'EPOCH_INVALID'],
      ['writers', 'WRITER_INVALID'],
      ['grants', 'GRANT_INVALID'],
    ] as const) {
      expect(await refusal({ [list]: other.authority[list] })).toBe(code);
    }
  });

  it('says when the newest epoch’s certificate has ended', async () => {
    expect(await refusal({}, { now: NOW + 29 * DAY })).toBe('accepted');
    expect(await refusal({}, { now: NOW + 31 * DAY })).toBe('EPOCH_EXPIRED');
  });

  it('does not mind order or repeats', async () => {
    const twice = (list: Uint8Array[]) => [...list, ...list];
    const { operations, epochs, writers, grants } = founded.authority;
    const doubled = {
      operations: twice(operations),
      epochs: twice(epochs),
      writers: twice(writers),
      grants: twice(grants),
    };
    expect(await refusal(doubled)).toBe('accepted');
  });

  it('does not name a workspace by anything odd', async () => {
    for (const workspace of ['', 'a\nb', 'x'.repeat(129), '\ud800']) {
      await expect(foundWorkspace({ workspace, now: NOW })).rejects.toMatchObject({
        code: 'RECORD_MALFORMED',
      });
    }
  });
});

describe('epochs', () => {
  const issuer = async (now = NOW, records = founded.authority, identity = founded.identity) => ({
    identity,
    authority: await verifyAuthority(records, { rootHash }),
    now,
  });

  it('form a chain without gap or fork', async () => {
    const second = await certifyEpoch(await issuer(NOW + DAY));
    const records = { ...founded.authority, epochs: [second.record, ...founded.authority.epochs] };
    const third = await certifyEpoch(await issuer(NOW + 2 * DAY, records));
    expect(
      (await verifyAuthority({ ...records, epochs: [...records.epochs, third.record] }, { rootHash })).epochs,
    ).toHaveLength(3);
    const rival = await certifyEpoch(await issuer(NOW + DAY));
    expect(await refusal({ epochs: [...records.epochs, rival.record] })).toBe('EPOCH_INVALID');
    expect(await refusal({ epochs: [...founded.authority.epochs, third.record] })).toBe('EPOCH_INVALID');
    expect(await refusal({ epochs: [second.record], grants: [] })).toBe('EPOCH_INVALID');
  });

  it('are certified for 90 days at most', async () => {
    expect(await refusal({ epochs: [await renewEpochCertificate(await issuer(), 90)] })).toBe('accepted');
    expect(await refusal({ epochs: [await renewEpochCertificate(await issuer(), 91)] })).toBe(
      'EPOCH_INVALID',
    );
    expect(await refusal({ epochs: [await renewEpochCertificate(await issuer(), -1)] })).toBe(
      'EPOCH_INVALID',
    );
  });

  it('need the operations key, while it is delegated', async () => {
    const stranger = await createIdentity();
    await expect(certifyEpoch(await issuer(NOW, founded.authority, stranger))).rejects.toMatchObject({
      code: 'OPERATIONS_INVALID',
    });
    await expect(certifyEpoch(await issuer(NOW + 401 * DAY))).rejects.toMatchObject({
      code: 'OPERATIONS_INVALID',
    });
    const withKey = { ...stranger, owner: founded.identity.owner! };
    await expect(
      grantEpoch(await issuer(NOW, founded.authority, withKey), {
        epoch: 1,
        publicKey: stranger.reader.publicKey,
      }),
    ).rejects.toMatchObject({ code: 'GRANT_MISSING' });
    await expect(
      grantEpoch(await issuer(), { epoch: 2, publicKey: stranger.reader.publicKey }),
    ).rejects.toMatchObject({ code: 'EPOCH_INVALID' });
  });

  it('are not certified outside the time of the delegation', async () => {
    const root = await platform.signer(founded.identity.owner!.roots!.current);
    const { delegation } = decodeDelegation(founded.authority.operations[0]!);
    const short = await encodeDelegation({ ...delegation, notAfter: delegation.notBefore - 1 }, root);
    expect(await refusal({ operations: [short] })).toBe('OPERATIONS_INVALID');
    const later = await encodeDelegation({ ...delegation, notBefore: delegation.notBefore + 9 }, root);
    expect(await refusal({ operations: [later] })).toBe('EPOCH_INVALID');
    expect(await refusal({ operations: [await encodeDelegation({ ...delegation, root: 1 }, root)] })).toBe(
      'OPERATIONS_INVALID',
    );
    const impostor = await platform.signer(new Uint8Array(32));
    expect(await refusal({ operations: [await encodeDelegation(delegation, impostor)] })).toBe(
      'OPERATIONS_INVALID',
    );
  });
});

describe('replacing the root', () => {
  async function replaced(kept: Uint8Array[]): Promise<{ records: AuthorityRecords; identity: Identity }> {
    const authority = await verifyAuthority(founded.authority, { rootHash });
    const { record, nextRoot } = await replaceRoot({ identity: founded.identity, authority, now: NOW }, kept);
    const owner = founded.identity.owner!;
    const roots = { current: owner.roots!.next, next: nextRoot };
    const identity = { ...founded.identity, owner: { ...owner, roots } };
    return { records: { ...founded.authority, root: [...founded.authority.root, record] }, identity };
  }

  it('voids what the old root delegated, unless kept', async () => {
    const { records } = await replaced([]);
    const bare = await verifyAuthority(records, { rootHash });
    expect([bare.epochs, bare.writers, bare.grants]).toEqual([[], [], []]);
    const { hash } = decodeDelegation(founded.authority.operations[0]!);
    const kept = await verifyAuthority((await replaced([hash])).records, { rootHash });
    expect([kept.epochs.length, kept.writers.length]).toEqual([1, 1]);
  });

  it('lets the new root delegate anew, and the old one no more', async () => {
    const { hash } = decodeDelegation(founded.authority.operations[0]!);
    const { records, identity } = await replaced([hash]);
    const authority = await verifyAuthority(records, { rootHash });
    const { record, seed } = await delegateOperations({ identity, authority, now: NOW });
    const operations = [...records.operations, record];
    const renewed = await verifyAuthority({ ...records, operations }, { rootHash });
    identity.owner!.operations = seed;
    const writer = await createWriter('acme', 'second');
    const certificate = await certifyWriter({ identity, authority: renewed, now: NOW }, writer);
    const full = { ...records, operations, writers: [...records.writers, certificate] };
    expect((await verifyAuthority(full, { rootHash })).writers).toHaveLength(2);
    await expect(
      delegateOperations({ identity: founded.identity, authority, now: NOW }),
    ).rejects.toMatchObject({ code: 'ROOT_MISMATCH' });
    await expect(replaceRoot({ identity: founded.identity, authority, now: NOW }, [])).rejects.toMatchObject({
      code: 'ROOT_MISMATCH',
    });
    await expect(
      replaceRoot({ identity: await createIdentity(), authority, now: NOW }, []),
    ).rejects.toMatchObject({ code: 'ROOT_MISMATCH' });
  });

  it('takes only the key announced before', async () => {
    const { records } = await replaced([]);
    const authority = await verifyAuthority(founded.authority, { rootHash });
    const owner = founded.identity.owner!;
    const { current } = owner.roots!;
    const rogue = { ...founded.identity, owner: { ...owner, roots: { current, next: current } } };
    await expect(replaceRoot({ identity: rogue, authority, now: NOW }, [])).rejects.toMatchObject({
      code: 'ROOT_MISMATCH',
    });
    expect(await refusal({ root: [records.root[1]!] })).toBe('ROOT_MISMATCH');
    expect(await refusal({ root: [records.root[0]!, records.root[1]!, records.root[1]!] })).toBe(
      'ROOT_MISMATCH',
    );
  });
});
