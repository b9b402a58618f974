import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBson, encodeBson } from './bson.ts';
import { Dialogue, Malformed, Reader } from './bytes.ts';
import { at, countAt, listAt, parseJson } from './json.ts';
import { largest } from './readable.ts';
import { telling } from './telling.ts';
import { elementsOf, rootOf, textsOf } from './xml.ts';

/** Put together here, so that no file holds what looks like one. */
const KEY = `AKIA${'QWERTZUIOPASDFGH'}`;
const TOKEN = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'}`;

describe('what may be shown of a reply', () => {
  it('holds no secret, wherever it is cut', () => {
    for (const padding of [0, 10, 150, 190, 199, 8150, 8180, 8190]) {
      const shown = telling(`${'word '.repeat(padding / 5)} ${KEY} and ${TOKEN}`);
      for (const secret of [KEY, TOKEN]) expect(shown).not.toContain(secret.slice(0, 12));
    }
    expect(telling(`{"aws":"${KEY}"}`)).toBe('{"aws":"[aws-access-key-id]"}');
    expect(telling(`${TOKEN.repeat(400)}`)).not.toContain(TOKEN.slice(0, 20));
  });

  it('is one short line that fools no terminal', () => {
    expect(telling('a\r\nb\tc\u001b[31m\u202e\u0000')).toBe('a\\r\\nb c\\u{1b}[31m\\u{202e}\\u{0}');
    const units = fc.array(fc.nat(0xffff), { maxLength: 400 }).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(units, fc.integer({ min: 1, max: 300 }), (said, limit) => {
        const shown = telling(said, limit);
        expect(shown.length).toBeLessThanOrEqual(limit);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
  });

  it('names what could be read, largest first', () => {
    const found = Array.from({ length: 300 }, (_, count) => ({ kind: 'table', name: `t${count}`, count }));
    const shown = largest([
      ...found,
      { kind: 'table', name: undefined },
      { kind: 'index', name: 'small', bytes: 3 },
    ]);
    expect([shown.length, shown[0], shown[99]!.name]).toEqual([
      100,
      { kind: 'table', name: 't299', count: 299 },
      't200',
    ]);
    expect(largest([{ kind: 'table', name: KEY }])[0]!.name).toBe('[aws-access-key-id]');
  });
});

describe('JSON', () => {
  it('that was cut anywhere gives what is whole of it', () => {
    const whole = {
      items: [
        { name: 'a', n: 1 },
        { name: 'b"]}', n: 22 },
        { name: 'c', n: [3] },
      ],
      more: { x: null },
    };
    const text = JSON.stringify(whole);
    for (let end = 1; end < text.length; end++) {
      const read = parseJson(text.slice(0, end), true);
      if (end > 22) expect(at(read, 'items', 0, 'name')).toBe('a');
      const names = (listAt(read, 'items') ?? []).flatMap((one) => at(one, 'name') ?? []);
      expect(['a', 'b"]}', 'c'].slice(0, names.length)).toEqual(names);
    }
    expect(parseJson(text)).toEqual(whole);
    expect(parseJson('{"a":', false)).toBeUndefined();
    expect(parseJson('<html>', true)).toBeUndefined();
  });

  it('gives nothing that an object only inherits, and counts only what counts', () => {
    expect([at({}, 'constructor'), at([], 'length'), at(null, 'a'), at('a', 0)]).toEqual([
      undefined,
      0,
      undefined,
      undefined,
    ]);
    const counts = [1, '17', -1, '1e9', 'x', null, Number.POSITIVE_INFINITY, {}].map((n) => countAt(n));
    expect(counts).toEqual([1, 17, ...Array(6).fill(undefined)]);
  });
});

describe('XML', () => {
  it('is known by its outermost element', () => {
    const listing =
      '\uFEFF<?xml version="1.0"?>\n<List a="b"><Key>x &lt;&amp;gt;</Key><Key><b/></Key></List>';
    expect([rootOf(listing), rootOf('<a>'), rootOf('x<a>'), rootOf('')]).toEqual([
      'List',
      'a',
      undefined,
      undefined,
    ]);
    expect([textsOf(listing, 'Key'), elementsOf(listing, 'Key').length]).toEqual([['x <&gt;'], 2]);
  });
});

describe('bytes', () => {
  it('are read within their bounds', () => {
    for (const read of [
      (reader: Reader) => reader.take(4),
      (reader: Reader) => reader.take(-1),
      (reader: Reader) => reader.take(2 ** 31),
      (reader: Reader) => reader.u32(),
      (reader: Reader) => reader.zeroEnded(),
      (reader: Reader) => reader.line(),
      (reader: Reader) => reader.expect('abcd'),
      (reader: Reader) => reader.part(3).part(4),
    ])
      expect(() => read(new Reader(Uint8Array.of(97, 98, 99), true))).toThrow(Malformed);
    expect(() => new Reader(new Uint8Array(20).fill(0xff)).varint()).toThrow(Malformed);
    expect(new Reader(Uint8Array.of(0xac, 0x02)).varint()).toBe(300);
  });

  it('that come beyond a message are kept for the next', async () => {
    const chunks = ['one\ntw', 'o\nthree\nfour\n'];
    let asked = 0;
    const dialogue = new Dialogue({
      send: async () => {},
      receive: async (enough) => {
        let received = Buffer.from(chunks[asked++]!);
        while (!enough(received)) received = Buffer.concat([received, Buffer.from(chunks[asked++]!)]);
        return received;
      },
      secure: async () => {},
    });
    const lines: string[] = [];
    for (let line = 0; line < 4; line++) lines.push(await dialogue.hear((reader) => reader.line()));
    expect([lines, asked]).toEqual([['one', 'two', 'three', 'four'], 2]);
    await dialogue.secure();
    chunks.push('go\nnow\n');
    await dialogue.hear((reader) => reader.line());
    // It came before TLS began: whoever is on the way may have put it there.
    await expect(dialogue.secure()).rejects.toThrow(Malformed);
  });
});

describe('BSON', () => {
  it('comes back as it went', () => {
    const name = fc.string().filter((text) => !text.includes('\0') && text.isWellFormed());
    const document = fc.dictionary(
      name,
      fc.oneof(name, fc.boolean(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
    );
    fc.assert(
      fc.property(document, (sent) => {
        expect(decodeBson(new Reader(encodeBson(sent), true))).toEqual(
          Object.assign(Object.create(null), sent),
        );
      }),
    );
  });

  it('is refused when it is deep, or says what it does not have', () => {
    let deep = encodeBson({ a: 1 });
    for (let level = 0; level < 30; level++) {
      const body = Buffer.concat([Buffer.from('\x03a\0'), deep, Buffer.from('\0')]);
      const length = Buffer.alloc(4);
      length.writeInt32LE(body.length + 4);
      deep = Buffer.concat([length, body]);
    }
    expect(() => decodeBson(new Reader(deep, true))).toThrow('too deep');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        try {
          decodeBson(new Reader(bytes, true));
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }),
    );
  });
});
