import { Cursor, refuse, text } from './independent-cursor.ts';
import type { Known } from './independent-opener.ts';
import { hash, hpkeOpen, label, lp, publicKeyOf, signed, u32 } from './independent-primitives.ts';

const BAD = 'KEYRING_INVALID';

/** Opens a keyring by docs/format.md alone: secrets by session, both hexadecimal. */
export async function openKeyringRecord(
  record: Buffer,
  readerSeed: Buffer,
  known: Known,
): Promise<Record<string, string>> {
  if (record.length <= 64 || record.length > 65_536) refuse(BAD);
  const payload = record.subarray(0, -64);
  const cursor = new Cursor(payload, BAD);
  cursor.intro(11);
  const [workspace, number, epochId, reader] = [
    cursor.text(128),
    cursor.u32(),
    cursor.raw(32),
    cursor.raw(32),
  ];
  cursor.i64();
  const enc = cursor.lp(1120);
  const length = cursor.u32();
  if (length > 62_416) refuse(BAD);
  const sealed = cursor.raw(length);
  cursor.end();
  const epoch = known.epochs[number - 1];
  const by = known.readers.find(({ id, revoked }) => !revoked && id.equals(reader));
  if (workspace !== known.workspace || !epoch?.id.equals(epochId) || epoch.shredded || !by)
    return refuse(BAD);
  if (!signed(by.signing, Buffer.concat([label('record'), payload]), record.subarray(-64))) refuse(BAD);

  const me = hash(label('reader-id'), lp(await publicKeyOf(readerSeed)));
  const grant = known.grants.find((one) => one.recipient.equals(me) && one.epochId.equals(epochId))!;
  const seed = await hpkeOpen(readerSeed, grant.info, grant.enc, grant.wrapped);
  const info = Buffer.concat([label('keyring'), text(workspace), u32(number), epochId, reader]);
  const plain = await hpkeOpen(seed!, info, enc, sealed);
  if (!plain || plain.length === 0 || plain.length % 48 !== 0) return refuse(BAD);
  const secrets: Record<string, string> = {};
  let before = '';
  for (let at = 0; at < plain.length; at += 48) {
    const session = plain.subarray(at, at + 16).toString('hex');
    if (session <= before) refuse(BAD);
    secrets[session] = plain.subarray(at + 16, at + 48).toString('hex');
    before = session;
  }
  return secrets;
}
