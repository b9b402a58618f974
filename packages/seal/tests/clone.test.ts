import { codeOf } from '@tacet/records';
import { describe, expect, it } from 'vitest';
import { toHex } from '../src/encoding/bytes.ts';
import { ForkWatch, foundWorkspace, openSession, verifyAuthority, WriterSession } from '../src/index.ts';
import { repeatable } from './random.ts';
import { inputOf, makeEvent, NOW } from './workspace.ts';

describe('a session whose state was cloned', () => {
  it('uses another key for other content, and is reported as forked', async () => {
    const founded = await foundWorkspace({ workspace: 'acme', now: NOW });
    const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const start = () =>
      WriterSession.start({
        workspace: 'acme',
        authority,
        writer: founded.writer,
        now: NOW,
        random: repeatable('clone'),
      });
    const [original, clone] = [await start(), await start()];
    expect(clone.record).toEqual(original.record);

    const { indexKey } = original.advance(NOW);
    clone.advance(NOW);
    const share = new Uint8Array(32).fill(9);
    const a = await original.seal({ ...inputOf([makeEvent(1)], indexKey), share });
    const b = await clone.seal({ ...inputOf([makeEvent(2)], indexKey), share });
    const c = await (await start()).seal({ ...inputOf([makeEvent(1)], indexKey), share });

    expect([b.period, b.number, b.session]).toEqual([a.period, a.number, a.session]);
    // Same place in the session and same share: only the salts differ, and with them id, key and commitment.
    for (const member of ['id', 'salt', 'commitment', 'ciphertext'] as const) {
      expect(toHex(b[member])).not.toBe(toHex(a[member]));
    }
    expect(c.ciphertext).toEqual(a.ciphertext);
    expect(c.id).toEqual(a.id);

    const reader = await openSession(original.record, founded.identity, authority);
    const watch = new ForkWatch();
    const seen = [];
    for (const segment of [a, b, c]) {
      const { id, header } = await reader.open(segment);
      seen.push(codeOf(watch.see({ ...header, id })));
    }
    expect(seen).toEqual([undefined, 'SESSION_FORKED', undefined]);
  });

  it('has the keystream of neither copy cancel out', async () => {
    const founded = await foundWorkspace({ workspace: 'acme', now: NOW });
    const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    const sealed = [];
    for (const number of [1, 2]) {
      const session = await WriterSession.start({
        workspace: 'acme',
        authority,
        writer: founded.writer,
        now: NOW,
        random: repeatable('clone'),
      });
      const { indexKey } = session.advance(NOW);
      sealed.push(
        (await session.seal({ ...inputOf([makeEvent(number)], indexKey), codec: 'none' })).ciphertext,
      );
    }
    // With one keystream, the zero padding of both would be equal at the end.
    const tail = (bytes: Uint8Array) => toHex(bytes.subarray(1500, 2000));
    expect(tail(sealed[0]!)).not.toBe(tail(sealed[1]!));
  });
});
