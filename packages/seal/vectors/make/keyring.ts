import { platform } from '#platform';
import { toHex } from '../../src/encoding/bytes.ts';
import { makeKeyrings, openSession, type SessionSecrets, WriterSession } from '../../src/index.ts';
import { hpkeSeal } from '../../src/keys/hpke.ts';
import { encodeKeyring, type Keyring, keyringInfo } from '../../src/records/keyring.ts';
import { repeatable } from '../../tests/random.ts';
import { hexRecords, makeGround, NOW, SECONDS } from './ground.ts';

/** A keyring of two sessions, and what it must not be. */
export async function keyringVectors(): Promise<unknown> {
  const { founded, authority } = await makeGround();
  const { identity, rootHash, writer } = founded;
  const random = repeatable('keyring vectors');
  const epoch = authority.epochs[0]!;
  const sessions: Uint8Array[] = [];
  const secrets: SessionSecrets = new Map();
  for (let at = 0; at < 2; at++) {
    const { record } = await WriterSession.start({ workspace: 'acme', authority, writer, now: NOW, random });
    sessions.push(record);
    const onSecret = (session: { session: Uint8Array }, secret: Uint8Array) =>
      secrets.set(toHex(session.session), secret.slice());
    await openSession(record, identity, authority, { onSecret });
  }
  const [record] = await makeKeyrings(identity, authority, epoch, secrets, NOW, random);

  const signer = await platform.signer(identity.signing.seed);
  const names = { workspace: 'acme', epoch: 1, epochId: epoch.id, reader: identity.reader.id };
  const of = async (plain: Uint8Array, changes: Partial<Keyring> = {}, by = signer) => {
    const keyring = { ...names, made: SECONDS, ...changes };
    const wrapped = await hpkeSeal(epoch.publicKey, keyringInfo(keyring), plain, random(64));
    return encodeKeyring({ ...keyring, ...wrapped }, by);
  };
  const [low, high] = [new Uint8Array(48), new Uint8Array(48).fill(1)] as const;
  const changed = record!.slice();
  changed[changed.length - 1]! ^= 1;
  const moved = await of(low);
  const bad: [name: string, record: Uint8Array][] = [
    ['signature', changed],
    ['cut off', record!.subarray(0, 300)],
    ['signed by another key', await of(low, {}, await platform.signer(new Uint8Array(32)))],
    ['of an unknown reader', await of(low, { reader: new Uint8Array(32) })],
    ['of an unknown epoch', await of(low, { epoch: 2 })],
    ['of another epoch of that number', await of(low, { epochId: new Uint8Array(32) })],
    ['of another workspace', await of(low, { workspace: 'other' })],
    ['empty', await of(new Uint8Array(0))],
    ['half an entry', await of(low.subarray(0, 40))],
    ['sessions out of order', await of(new Uint8Array([...high, ...low]))],
    ['a session twice', await of(new Uint8Array([...low, ...low]))],
    [
      'sealed under other names',
      await encodeKeyring({ ...names, made: SECONDS, ...wrappedIn(moved) }, signer),
    ],
  ];
  return {
    about: 'Keyrings (docs/format.md, 2). Every bad one is KEYRING_INVALID.',
    rootHash: toHex(rootHash),
    records: hexRecords(founded.authority),
    reader: toHex(identity.reader.seed),
    sessions: sessions.map(toHex),
    record: toHex(record!),
    secrets: Object.fromEntries([...secrets].sort().map(([session, secret]) => [session, toHex(secret)])),
    bad: bad.map(([name, each]) => ({ name, record: toHex(each) })),
  };
}

/** Ciphertext that was sealed for something else. */
function wrappedIn(record: Uint8Array): { enc: Uint8Array; sealed: Uint8Array } {
  const end = record.length - 64;
  const sealed = record.slice(end - 64, end);
  return { enc: record.slice(end - 64 - 4 - 1120, end - 64 - 4).fill(7, 0, 1), sealed };
}
