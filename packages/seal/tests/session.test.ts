import { TacetError } from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildFilter,
  certifyEpoch,
  createIdentity,
  createWriter,
  decodeCredential,
  encodeCredential,
  epochEnds,
  grantEpoch,
  openSession,
  renewEpochCertificate,
  verifyAuthority,
  verifyLiveness,
  WriterSession,
} from '../src/index.ts';
import { type Bench, inputOf, makeBench, makeEvent, NOW } from './workspace.ts';

const DAY = 86_400_000;
let bench: Bench;
beforeAll(async () => {
  bench = await makeBench();
});
const fails = (code: string) => expect.objectContaining({ code });
const start = (now: number, change: Partial<Parameters<typeof WriterSession.start>[0]> = {}) =>
  WriterSession.start({
    workspace: 'acme',
    authority: bench.authority,
    writer: bench.founded.writer,
    now,
    ...change,
  });

describe('starting a session', () => {
  it('needs an epoch certificate that lasts, and no older epoch will do', async () => {
    await expect(start(NOW + 31 * DAY)).rejects.toMatchObject({ code: 'EPOCH_EXPIRED', retry: true });
    await expect(start(NOW, { seen: { number: 2 } })).rejects.toMatchObject({ code: 'EPOCH_ROLLED_BACK' });
    await expect(start(NOW - DAY)).rejects.toMatchObject({ code: 'WRITER_INVALID' });

    const { identity, authority, rootHash } = bench.founded;
    const { record, key } = await certifyEpoch({ identity, authority: bench.authority, now: NOW }, 1);
    const two = await verifyAuthority({ ...authority, epochs: [...authority.epochs, record] }, { rootHash });
    expect((await start(NOW, { authority: two, seen: { number: 2 } })).epoch).toBe(2);
    expect(key).toMatchObject({ number: 2, id: two.epochs[1]!.id });
    // Epoch 1 still lasts, but a writer never goes back to it.
    await expect(start(NOW + 2 * DAY, { authority: two })).rejects.toMatchObject({ code: 'EPOCH_EXPIRED' });
  });

  it('needs a certified writer of this workspace', async () => {
    const stranger = await createWriter('acme', 'stranger');
    await expect(start(NOW, { writer: stranger })).rejects.toMatchObject({ code: 'WRITER_INVALID' });
    const elsewhere = { ...bench.founded.writer, workspace: 'other' };
    await expect(start(NOW, { writer: elsewhere })).rejects.toMatchObject({ code: 'WRITER_INVALID' });
    await expect(start(NOW + 366 * DAY)).rejects.toMatchObject({ code: 'WRITER_INVALID' });
  });

  it('takes a writer from its stored credential', async () => {
    const writer = await decodeCredential(encodeCredential(bench.founded.writer));
    expect(writer).toEqual(bench.founded.writer);
    expect((await start(NOW, { writer })).epoch).toBe(1);
    await expect(decodeCredential(encodeCredential(writer).subarray(1))).rejects.toMatchObject({
      code: 'RECORD_MALFORMED',
    });
  });
});

describe('a running session', () => {
  it('stops when its certificates end, and goes on with renewed ones', async () => {
    const session = await start(NOW);
    expect(() => session.advance(NOW + 31 * DAY)).toThrow(fails('EPOCH_EXPIRED'));
    const { identity, authority, rootHash } = bench.founded;
    const renewed = await renewEpochCertificate({
      identity,
      authority: bench.authority,
      now: NOW + 20 * DAY,
    });
    const records = { ...authority, epochs: [...authority.epochs, renewed] };
    const later = await verifyAuthority(records, { rootHash, now: NOW + 40 * DAY });
    expect(epochEnds(later.epochs[0]!)).toBeGreaterThan(epochEnds(bench.authority.epochs[0]!));
    session.renew(later);
    const { indexKey } = session.advance(NOW + 31 * DAY);
    const sealed = await session.seal(inputOf([makeEvent(1)], indexKey));

    const reader = await openSession(session.record, identity, later);
    expect((await reader.open(sealed)).events).toHaveLength(1);
    const behind = await openSession(session.record, identity, bench.authority);
    await expect(behind.open(sealed)).rejects.toMatchObject({ code: 'EPOCH_INVALID' });
  });

  it('rolls the period after 4,096 segments', async () => {
    const session = await start(NOW);
    const { indexKey } = session.advance(NOW);
    const input = {
      ...inputOf([makeEvent(1)], indexKey),
      unfiltered: true,
      trapdoors: new Uint8Array(0),
      codec: 'none' as const,
    };
    for (let i = 0; i < 4095; i++) await session.seal(input);
    const last = await session.seal(input);
    expect([last.period, last.number]).toEqual([0, 4095]);
    await expect(session.seal(input)).rejects.toMatchObject({ code: 'SESSION_INVALID' });
    expect(session.advance(NOW).period).toBe(1);
    const next = await session.seal({ ...input, period: 1 });
    expect([next.period, next.number]).toEqual([1, 0]);

    const reader = await openSession(session.record, bench.founded.identity, bench.authority);
    expect((await reader.open(last)).header.number).toBe(4095);
    expect((await reader.open(next)).header.previous).toEqual(last.id);
  });

  it('is not older than its beginning when the clock is set back', async () => {
    const session = await start(NOW);
    const { indexKey } = session.advance(NOW - 3_600_000);
    const sealed = await session.seal(inputOf([makeEvent(1)], indexKey));
    const reader = await openSession(session.record, bench.founded.identity, bench.authority);
    expect((await reader.open(sealed)).header.sealed).toBe(NOW / 1000);
  });

  it('refuses trapdoors of a period that is over', async () => {
    const session = await start(NOW);
    const { indexKey, period } = session.advance(NOW);
    const input = { ...inputOf([makeEvent(1)], indexKey), period };
    session.advance(NOW + 3_600_000);
    await expect(session.seal(input)).rejects.toMatchObject({ code: 'SESSION_INVALID' });
  });

  it('keeps its state when sealing fails', async () => {
    const session = await start(NOW);
    const { indexKey } = session.advance(NOW);
    const input = inputOf([makeEvent(1)], indexKey);
    const bad: [code: string, change: Partial<typeof input>][] = [
      ['FILTER_OVERFLOW', { trapdoors: new Uint8Array(14_401 * 16) }],
      ['SEGMENT_MALFORMED', { trapdoors: new Uint8Array(15) }],
      ['SEGMENT_MALFORMED', { count: 2 }],
      ['SEGMENT_MALFORMED', { count: 0 }],
      ['SEGMENT_MALFORMED', { share: new Uint8Array(31) }],
      ['SEGMENT_MALFORMED', { timeMin: 2, timeMax: 1 }],
      ['SEGMENT_MALFORMED', { rows: new Uint8Array((16 << 20) + 1) }],
      ['SEGMENT_MALFORMED', { supersedes: [new Uint8Array(16), new Uint8Array(16)] }],
    ];
    for (const [code, change] of bad) {
      await expect(session.seal({ ...input, ...change })).rejects.toMatchObject({ code });
    }
    const sealed = await session.seal(input);
    expect(sealed.number).toBe(0);
    const closing = await verifyLiveness(await session.close(NOW), bench.founded.writer.publicKey);
    expect(closing).toMatchObject({ segments: 1, rows: 1 });
  });

  it('seals calls that overlap one after another', async () => {
    const session = await start(NOW);
    const { indexKey } = session.advance(NOW);
    const inputs = [1, 2, 3, 4].map((i) => inputOf([makeEvent(i)], indexKey));
    const sealed = await Promise.all(inputs.map((input) => session.seal(input)));
    const reader = await openSession(session.record, bench.founded.identity, bench.authority);
    let previous = new Uint8Array(16);
    for (const [i, segment] of sealed.entries()) {
      const { header, events, id } = await reader.open(segment);
      expect([header.number, header.previous, events]).toEqual([i, previous, [makeEvent(i + 1)]]);
      previous = id as Uint8Array<ArrayBuffer>;
    }
  });

  it('takes a filter from another builder, and the next class when one overflows', async () => {
    const session = await start(NOW);
    const { indexKey } = session.advance(NOW);
    const asked: number[] = [];
    const sealed = await session.seal({
      ...inputOf([makeEvent(1)], indexKey),
      buildFilter: (id, trapdoors, key, form) => {
        asked.push(form.sliceBytes);
        if (form.sliceBytes === 160) throw new TacetError('FILTER_OVERFLOW', 'full');
        return buildFilter(id, trapdoors, key, form);
      },
    });
    expect(asked).toEqual([160, 320]);
    expect(sealed.filter.length).toBe(13 * 320);
  });
});

describe('a reader', () => {
  it('needs a grant, and then needs no more than that', async () => {
    const friend = await createIdentity();
    await expect(openSession(bench.writer.record, friend, bench.authority)).rejects.toMatchObject({
      code: 'GRANT_MISSING',
    });
    const { identity, authority, rootHash } = bench.founded;
    const issuer = { identity, authority: bench.authority, now: NOW };
    const grant = await grantEpoch(issuer, { epoch: 1, publicKey: friend.reader.publicKey });
    const granted = await verifyAuthority(
      { ...authority, grants: [...authority.grants, grant] },
      { rootHash },
    );
    expect((await openSession(bench.writer.record, friend, granted)).epoch).toBe(1);
    // The owner without the epoch key in the file still has its own grant.
    expect((await openSession(bench.writer.record, { ...identity, epochs: [] }, granted)).epoch).toBe(1);
    const passedOn = await createIdentity();
    const again = await grantEpoch(
      { identity: { ...friend, owner: identity.owner! }, authority: granted, now: NOW },
      { epoch: 1, publicKey: passedOn.reader.publicKey, kind: 'recovery' },
    );
    const records = { ...authority, grants: [again] };
    expect(
      (await openSession(bench.writer.record, passedOn, await verifyAuthority(records, { rootHash }))).epoch,
    ).toBe(1);
  });

  it('refuses a session record with any byte changed', async () => {
    const { identity } = bench.founded;
    const codes = new Set<string>();
    for (let at = 0; at < bench.writer.record.length; at++) {
      const changed = bench.writer.record.slice();
      changed[at]! ^= 1 << (at % 8);
      const error = await openSession(changed, identity, bench.authority).then(
        () => ({ code: 'OPENED' }),
        (reason) => reason as { code: string },
      );
      codes.add(error.code);
    }
    expect([...codes].sort()).toEqual(
      [
        'EPOCH_INVALID',
        'RECORD_VERSION_UNKNOWN',
        'SESSION_INVALID',
        'SESSION_MALFORMED',
        'WRITER_INVALID',
      ].sort(),
    );
  });

  it('forgets its keys at the end', async () => {
    const reader = await openSession(bench.writer.record, bench.founded.identity, bench.authority);
    reader.end();
    expect(() => reader.indexKey(0)).toThrow(fails('SESSION_INVALID'));
  });
});
