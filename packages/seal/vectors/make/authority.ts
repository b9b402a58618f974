import { toHex } from '../../src/encoding/bytes.ts';
import {
  type AuthorityRecords,
  admitReader,
  certifyEpoch,
  certifyReader,
  certifyWriter,
  createIdentity,
  createWriter,
  decodeDelegation,
  decodeIntroduction,
  introduce,
  readerFingerprint,
  renewEpochCertificate,
  replaceRoot,
  revokeReader,
  shredEpoch,
  verifyAuthority,
} from '../../src/index.ts';
import { repeatable } from '../../tests/random.ts';
import { hexRecords, makeGround, NOW } from './ground.ts';

/** Lists of records that hold, and lists of which one was spoiled. */
export async function authorityVectors(): Promise<unknown> {
  const { founded, authority } = await makeGround();
  const { identity, rootHash } = founded;
  const random = repeatable('authority vectors');
  const base = founded.authority;
  const issuer = { identity, authority, now: NOW, random };

  const second = await certifyEpoch(issuer);
  const rival = await certifyEpoch(issuer);
  const renewed = await renewEpochCertificate({ ...issuer, now: NOW + 20 * 86_400_000 });
  const long = await renewEpochCertificate(issuer, 91);
  const operations = decodeDelegation(base.operations[0]!).hash;
  const bare = await replaceRoot({ ...issuer, authority }, []);
  const keeping = await replaceRoot({ ...issuer, authority }, [operations]);
  const other = await certifyWriter(issuer, await createWriter('acme', 'other', random));

  const ann = await createIdentity(random);
  const { name, publicKey, signing } = await decodeIntroduction(await introduce(ann, 'Ann'));
  const admitted = await admitReader(issuer, { name, publicKey, signing });
  const withAnn = {
    epochs: base.epochs,
    readers: [...base.readers, ...admitted.readers],
    grants: [...base.grants, ...admitted.grants],
  };
  const known = await verifyAuthority({ ...base, ...withAnn }, { rootHash });
  const revoked = await revokeReader({ ...issuer, authority: known }, ann.reader.id);
  const withoutAnn = {
    revocations: revoked.revocations,
    epochs: [...base.epochs, ...revoked.epochs],
    readers: withAnn.readers,
    grants: [...withAnn.grants, ...revoked.grants],
  };
  const later = await verifyAuthority({ ...base, ...withoutAnn }, { rootHash });
  const shredded = await shredEpoch({ ...issuer, authority: later }, 1);
  const renamed = await certifyReader(issuer, {
    name: 'Ann',
    publicKey,
    signing: identity.signing.publicKey,
  });

  const changed = (record: Uint8Array, at: number, flip = 1) => {
    const out = record.slice();
    out.subarray(at)[0]! ^= flip;
    return out;
  };
  const good: [name: string, records: Partial<AuthorityRecords>][] = [
    ['as founded', {}],
    ['two epochs, the first renewed', { epochs: [second.record, base.epochs[0]!, renewed] }],
    ['two writers', { writers: [...base.writers, other] }],
    ['root replaced, delegation kept', { root: [keeping.record, base.root[0]!] }],
    ['root replaced, delegation void', { root: [base.root[0]!, bare.record] }],
    ['a second reader', withAnn],
    ['the second reader revoked', withoutAnn],
    [
      'the first epoch shredded',
      { ...withoutAnn, revocations: [...revoked.revocations, ...shredded.revocations] },
    ],
  ];
  const bad: [name: string, code: string, records: Partial<AuthorityRecords>][] = [
    ['no root', 'ROOT_MISMATCH', { root: [] }],
    ['root signature', 'ROOT_MISMATCH', { root: [changed(base.root[0]!, -1)] }],
    ['replaced root, signature', 'ROOT_MISMATCH', { root: [base.root[0]!, changed(bare.record, -1)] }],
    ['two roots of one number', 'ROOT_MISMATCH', { root: [base.root[0]!, bare.record, keeping.record] }],
    ['operations signature', 'OPERATIONS_INVALID', { operations: [changed(base.operations[0]!, -1)] }],
    ['epochs under an unknown delegation', 'EPOCH_INVALID', { operations: [] }],
    ['epoch signature', 'EPOCH_INVALID', { epochs: [changed(base.epochs[0]!, -1)] }],
    ['epoch certified for 91 days', 'EPOCH_INVALID', { epochs: [long] }],
    ['two epochs of one number', 'EPOCH_INVALID', { epochs: [base.epochs[0]!, second.record, rival.record] }],
    ['first epoch missing', 'EPOCH_INVALID', { epochs: [second.record] }],
    ['writer signature', 'WRITER_INVALID', { writers: [changed(base.writers[0]!, -1)] }],
    ['grant signature', 'GRANT_INVALID', { grants: [changed(base.grants[0]!, -1)] }],
    ['grant for an unknown epoch', 'GRANT_INVALID', { epochs: [] }],
    ['reader signature', 'READER_INVALID', { readers: [changed(base.readers[0]!, -1)] }],
    ['reader with two signing keys', 'READER_INVALID', { readers: [...admitted.readers, renamed] }],
    [
      'revocation signature',
      'REVOCATION_INVALID',
      { ...withoutAnn, revocations: [changed(revoked.revocations[0]!, -1)] },
    ],
    ['revocation of an unknown reader', 'REVOCATION_INVALID', { ...withoutAnn, readers: base.readers }],
    ['revocation of the newest epoch', 'REVOCATION_INVALID', { revocations: shredded.revocations }],
    ['reader cut off', 'RECORD_MALFORMED', { readers: [base.readers[0]!.subarray(0, 500)] }],
    ['epoch cut off', 'RECORD_MALFORMED', { epochs: [base.epochs[0]!.subarray(0, 500)] }],
    ['magic', 'RECORD_MALFORMED', { writers: [changed(base.writers[0]!, 0)] }],
    ['kind', 'RECORD_MALFORMED', { writers: [changed(base.writers[0]!, 5)] }],
    ['version', 'RECORD_VERSION_UNKNOWN', { writers: [changed(base.writers[0]!, 6, 3)] }],
  ];

  const counted = async (records: Partial<AuthorityRecords>) => {
    const found = await verifyAuthority({ ...base, ...records }, { rootHash });
    return {
      roots: found.roots.length,
      epochs: found.epochs.map((epoch) => toHex(epoch.id)),
      writers: found.writers.map((writer) => writer.name),
      readers: found.readers.map(({ name, revoked }) => (revoked === undefined ? name : `${name}, revoked`)),
      grants: found.grants.length,
    };
  };
  return {
    about: 'Authority records (docs/format.md, 3). Each case replaces lists of `records`.',
    rootHash: toHex(rootHash),
    workspace: 'acme',
    records: hexRecords(base),
    introduction: {
      record: toHex(await introduce(ann, 'Ann')),
      fingerprint: toHex(readerFingerprint(known.readers[1]!)),
    },
    good: await Promise.all(
      good.map(async ([name, records]) => ({
        name,
        records: hexRecords(records),
        expect: await counted(records),
      })),
    ),
    bad: bad.map(([name, code, records]) => ({ name, code, records: hexRecords(records) })),
  };
}
