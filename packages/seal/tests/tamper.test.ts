import {
  type ClearRow,
  clearColumns,
  clearRow,
  codeOf,
  type Event,
  encodeRow,
  textColumn,
} from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  buildFilter,
  CAPABILITY,
  certifyWriter,
  checkFilter,
  type OpenedSegment,
  openSession,
  type SealedSegment,
  verifyAuthority,
} from '../src/index.ts';
import type { ReaderChain } from '../src/keys/chain.ts';
import { padme } from '../src/segment/padding.ts';
import { chainOf, clearHash, type Forgery, forge } from './forge.ts';
import { type Bench, clearOf, inputOf, makeBench, makeEvent, NOW } from './workspace.ts';

let bench: Bench;
let good: SealedSegment;
let chain: ReaderChain;
let base: Forgery;
const events = [makeEvent(1), makeEvent(2), makeEvent(3)];
const text = (value: string) => new TextEncoder().encode(value);

beforeAll(async () => {
  bench = await makeBench();
  const { indexKey } = bench.writer.advance(NOW);
  good = await bench.writer.seal({ ...inputOf(events, indexKey), codec: 'none' });
  chain = await chainOf(bench.writer.record, bench.founded.identity, bench.authority);
  const { header } = await bench.reader.open(good);
  base = { header, rows: text(events.map(encodeRow).join('\n')), clear: clearOf(events), share: good.share };
});

/** The code that opening gives; a result of any kind fails the test. */
async function refusal(open: Promise<OpenedSegment>): Promise<string> {
  let opened: OpenedSegment | undefined;
  try {
    opened = await open;
  } catch (error) {
    return codeOf(error) ?? String(error);
  }
  throw new Error(`opened to ${opened.events.length} rows`);
}

type ByteMember = 'header' | 'salt' | 'commitment' | 'signature' | 'ciphertext' | 'filter' | 'share';

async function flipAll(member: ByteMember, bits: number, step = 1): Promise<Set<string>> {
  const codes = new Set<string>();
  for (let at = 0; at < good[member].length; at += step) {
    for (let bit = 0; bit < bits; bit++) {
      const changed = good[member].slice();
      changed[at]! ^= 1 << ((bit + at) % 8);
      codes.add(await refusal(bench.reader.open({ ...good, [member]: changed })));
    }
  }
  return codes;
}

describe('a flipped bit', () => {
  it('in the salt, commitment or signature is the signature’s to notice', async () => {
    for (const member of ['salt', 'commitment', 'signature'] as const) {
      expect(await flipAll(member, 8)).toEqual(new Set(['SEGMENT_SIGNATURE']));
    }
  });

  it('in the ciphertext or the filter too', async () => {
    expect(await flipAll('ciphertext', 1, 5)).toEqual(new Set(['SEGMENT_SIGNATURE']));
    expect(await flipAll('filter', 1, 5)).toEqual(new Set(['SEGMENT_SIGNATURE']));
  });

  it('in the share is the commitment’s', async () => {
    expect(await flipAll('share', 8)).toEqual(new Set(['SEGMENT_COMMITMENT']));
  });

  it('anywhere in the header is noticed by form, session, time or signature', async () => {
    const codes = await flipAll('header', 8);
    const allowed = [
      'SEGMENT_MALFORMED',
      'RECORD_VERSION_UNKNOWN',
      'SESSION_INVALID',
      'EPOCH_INVALID',
      'SEGMENT_SIGNATURE',
    ];
    expect([...codes].sort()).toEqual(allowed.sort());
  });

  it('in the clear columns is a mismatch', async () => {
    const rows = () => events.map((_, row) => clearRow(good.clear, row));
    const change = (spoil: (rows: ClearRow[]) => void) => {
      const spoiled = rows();
      spoil(spoiled);
      return refusal(bench.reader.open({ ...good, clear: clearColumns(spoiled) }));
    };
    for (const spoil of [
      ([row]: ClearRow[]) => Object.assign(row!, { time: row!.time + 1 }),
      ([row]: ClearRow[]) => Object.assign(row!, { service: 'shoq' }),
      ([row]: ClearRow[]) => Object.assign(row!, { secrets: ['x×1'] }),
      (rows: ClearRow[]) => rows.reverse(),
      (rows: ClearRow[]) => rows.pop(),
    ]) {
      expect(await change(spoil)).toBe('CLEAR_MISMATCH');
    }
    const ragged = { ...good.clear, model: textColumn(['gpt-5']) };
    expect(await refusal(bench.reader.open({ ...good, clear: ragged }))).toBe('CLEAR_MISMATCH');
  });

  it('of a length is noticed by form', async () => {
    const cut = (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 1);
    for (const member of ['header', 'salt', 'commitment', 'signature', 'ciphertext', 'share'] as const) {
      expect(await refusal(bench.reader.open({ ...good, [member]: cut(good[member]) }))).toBe(
        'SEGMENT_MALFORMED',
      );
    }
    expect(await refusal(bench.reader.open({ ...good, filter: cut(good.filter) }))).toBe('FILTER_MALFORMED');
    expect(await refusal(bench.reader.open({ ...good, filter: new Uint8Array(0) }))).toBe(
      'SEGMENT_SIGNATURE',
    );
  });
});

describe('a writer that breaks the rules', () => {
  const opening = async (change: Partial<Forgery>) => {
    const forged = await forge(chain, bench.founded.writer, { ...base, ...change });
    return refusal(bench.reader.open(forged));
  };
  const flip = (at: number) => (bytes: Uint8Array) => {
    const out = bytes.slice();
    out.subarray(at)[0]! ^= 1;
    return out;
  };

  it('keeping them, can forge its own segments', async () => {
    const opened = await bench.reader.open(await forge(chain, bench.founded.writer, base));
    expect(opened.events).toEqual(events);
  });

  it('is stopped at each check in turn', async () => {
    expect(await opening({ spoilHeader: (header) => text(`${header}`) })).toBe('SEGMENT_MALFORMED');
    expect(await opening({ spoilHeader: flip(6) })).toBe('RECORD_VERSION_UNKNOWN');
    expect(await opening({ filter: new Uint8Array(13) })).toBe('FILTER_MALFORMED');
    expect(await opening({ spoilCommitment: flip(0) })).toBe('SEGMENT_COMMITMENT');
    expect(await opening({ spoilCiphertext: flip(-1) })).toBe('SEGMENT_TAG');
    expect(await opening({ spoilCiphertext: flip(0) })).toBe('SEGMENT_TAG');
    expect(await opening({ spoilSalt: flip(0) })).toBe('SEGMENT_SALT');
    expect(await opening({ spoilPadded: flip(-1) })).toBe('SEGMENT_PADDING');
    expect(await opening({ spoilPadded: flip(3) })).toBe('SEGMENT_DECOMPRESSION');
  });

  it('cannot pad otherwise than the format does', async () => {
    const longer = (padded: Uint8Array) => {
      const out = new Uint8Array(padme(padded.length + 1));
      out.set(padded);
      return out;
    };
    expect(await opening({ spoilPadded: longer })).toBe('SEGMENT_PADDING');
  });

  it('cannot pass another number of rows, or what is no row', async () => {
    const clear = clearOf([...events, makeEvent(4)]);
    const header = { ...base.header, count: 4, clear: clearHash(clear) };
    expect(await opening({ header, clear })).toBe('SEGMENT_COUNT');
    for (const rows of ['{}\n{}\n{}', 'x\ny\nz', '1\n2\n3', '\n\n', '[]\nnull\n""']) {
      expect(await opening({ rows: text(rows) })).toBe('SEGMENT_ROWS');
    }
    const broken = base.rows.slice();
    broken[20] = 0xff;
    expect(await opening({ rows: broken })).toBe('SEGMENT_ROWS');
  });

  it('cannot say one thing in clear and seal another', async () => {
    const clear = structuredClone(base.clear);
    clear.status = textColumn(['error', 'ok', 'ok']);
    expect(await opening({ clear, header: { ...base.header, clear: clearHash(clear) } })).toBe(
      'CLEAR_MISMATCH',
    );
    expect(await opening({ clear })).toBe('CLEAR_MISMATCH');
    const time = { ...base.header, timeMax: base.header.timeMax - 1 };
    expect(await opening({ header: time })).toBe('CLEAR_MISMATCH');
  });

  it('cannot keep a row from being found without a trace', async () => {
    const { period } = base.header;
    const check = (opened: { id: Uint8Array; events: Event[] }, filter: Uint8Array) =>
      checkFilter(opened, filter, bench.reader.indexKey(period));
    const opened = await bench.reader.open(good);
    check(opened, good.filter);
    check(opened, new Uint8Array(0));
    const mismatch = expect.objectContaining({ code: 'FILTER_MISMATCH' });
    const fewer = buildFilter(opened.id, new Uint8Array(0), bench.reader.indexKey(period), {
      blocks: 1,
      sliceBytes: 160,
    });
    expect(() => check(opened, fewer)).toThrow(mismatch);
    expect(() => check(opened, new Uint8Array(13 * 160).fill(255))).toThrow(mismatch);
    expect(() => check(opened, new Uint8Array(7))).toThrow(
      expect.objectContaining({ code: 'FILTER_MALFORMED' }),
    );
  });

  it('cannot seal out of its time, its session or its place', async () => {
    const day = 86_400;
    expect(await opening({ header: { ...base.header, sealed: base.header.sealed + 31 * day } })).toBe(
      'EPOCH_INVALID',
    );
    expect(await opening({ header: { ...base.header, sealed: base.header.sealed - 1 } })).toBe(
      'SESSION_INVALID',
    );
    expect(await opening({ header: { ...base.header, epoch: 2 } })).toBe('SESSION_INVALID');
    expect(await opening({ header: { ...base.header, workspace: 'acmf' } })).toBe('SESSION_INVALID');
    const moved = await forge(chain, bench.founded.writer, base);
    const { header } = await forge(chain, bench.founded.writer, {
      ...base,
      header: { ...base.header, number: 9 },
    });
    expect(await refusal(bench.reader.open({ ...moved, header }))).toBe('SEGMENT_SIGNATURE');
  });

  it('cannot seal after its certificate ended, or without the capability', async () => {
    const { identity, authority, rootHash, writer } = bench.founded;
    const issuer = { identity, authority: bench.authority, now: NOW };
    const brief = await certifyWriter(issuer, { publicKey: writer.publicKey, name: 'w', days: 1 });
    const unable = await certifyWriter(issuer, {
      publicKey: writer.publicKey,
      name: 'w',
      capabilities: CAPABILITY.erase,
    });
    const withWriter = async (record: Uint8Array) =>
      openSession(
        bench.writer.record,
        identity,
        await verifyAuthority({ ...authority, writers: [record] }, { rootHash }),
      );

    const reader = await withWriter(brief);
    const late = { ...base.header, sealed: base.header.sealed + 2 * 86_400 };
    expect(await refusal(reader.open(await forge(chain, writer, { ...base, header: late })))).toBe(
      'WRITER_INVALID',
    );
    expect((await reader.open(good)).events).toHaveLength(3);
    // Who may erase begins sessions, but seals nothing that stands nowhere else.
    const eraser = await withWriter(unable);
    expect(await refusal(eraser.open(good))).toBe('WRITER_INVALID');
    const again = { ...base.header, supersedes: [new Uint8Array(16).fill(1)] };
    expect((await eraser.open(await forge(chain, writer, { ...base, header: again }))).events).toHaveLength(
      3,
    );
  });
});
