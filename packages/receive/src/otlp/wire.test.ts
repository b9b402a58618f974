import { describe, expect, it } from 'vitest';
import { bytesField, key, varint, varintField } from '../../test/protobuf-writer.ts';
import { WireReader } from './wire.ts';

const reader = (...bytes: number[]) => new WireReader(Uint8Array.from(bytes));
const invalid = expect.objectContaining({ code: 'PROTOBUF_INVALID' });

/** Skips every field; gives how many there were. */
function skipAll(bytes: number[]): number {
  const wire = reader(...bytes);
  let count = 0;
  while (wire.more()) {
    wire.skip(wire.tag());
    count++;
  }
  return count;
}

describe('varints', () => {
  it.each([
    [0, [0]],
    [127, [0x7f]],
    [300, [0xac, 0x02]],
    [2 ** 31, varint(2 ** 31)],
    [2 ** 53 - 1, varint(2 ** 53 - 1)],
  ])('%d', (value, bytes) => {
    expect(reader(...bytes).varint()).toBe(value);
    expect(reader(...bytes).int64()).toBe(value);
  });

  it('are signed and exact as int64', () => {
    expect(reader(...varint(-1)).int64()).toBe(-1);
    expect(reader(...varint(-(2n ** 63n))).int64()).toBe('-9223372036854775808');
    expect(reader(...varint(2n ** 53n)).int64()).toBe('9007199254740992');
    expect(reader(...varint(-(2n ** 53n) + 1n)).int64()).toBe(-(2 ** 53) + 1);
  });

  it('are cut to 32 bits where the field has 32', () => {
    expect(reader(...varint(-7)).int32()).toBe(-7);
    expect(reader(...varint(2n ** 35n + 5n)).int32()).toBe(5);
    expect(reader(...varint(4_294_967_295)).uint32()).toBe(4_294_967_295);
  });

  it('may be padded to 10 bytes and no further', () => {
    expect(reader(0x81, 0x80, 0x80, 0x00).varint()).toBe(1);
    expect(() => reader(...new Array(10).fill(0x80), 0).varint()).toThrow(invalid);
    expect(() => reader(0x80, 0x80).varint()).toThrow(invalid);
  });
});

describe('unknown fields', () => {
  it('of every wire type are passed over', () => {
    const group = [
      ...key(9, 3),
      ...varintField(1, 5),
      ...key(2, 3),
      ...key(2, 4),
      ...bytesField(3, 'x'),
      ...key(9, 4),
    ];
    const fields = [
      ...varintField(1, 2n ** 64n - 1n),
      ...key(2, 1),
      ...new Array(8).fill(1),
      ...bytesField(536_870_911, 'abc'),
    ];
    expect(skipAll([...fields, ...group, ...key(4, 5), 1, 2, 3, 4])).toBe(5);
  });

  it.each<[string, number[]]>([
    ['field number 0', [0x02, 0x00]],
    ['a field number beyond 29 bits', [...varint(2 ** 32 + 8), 0]],
    ['wire type 6', [0x0e]],
    ['wire type 7', [0x0f]],
    ['an end of a group that never began', key(1, 4)],
    ['a group without an end', key(1, 3)],
    ['a group with another end', [...key(1, 3), ...key(2, 4)]],
    ['groups without bound', new Array(10_000).fill(0x0b)],
    ['a length past the end', [0x0a, 5, 1]],
    ['a length beyond 2^53', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a cut fixed64', [...key(1, 1), 1, 2, 3]],
    ['a cut fixed32', [...key(1, 5), 1, 2, 3]],
    ['a cut tag', [0x80]],
  ])('%s is malformed', (_name, bytes) => {
    expect(() => skipAll(bytes)).toThrow(invalid);
  });
});

describe('messages', () => {
  it('end where they say, and no value reaches past them', () => {
    const wire = reader(...bytesField(1, [0x0a, 0x05]), 1, 2, 3, 4, 5);
    wire.tag();
    wire.enter();
    wire.tag();
    expect(() => wire.length()).toThrow(invalid);
  });
});

describe('nanoseconds', () => {
  it.each([
    '1',
    '999999999',
    '1000000000',
    '4294967295999999999',
    '9223372036854775807',
    '18446744073709551615',
  ])('%s', (nanos) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(BigInt(nanos));
    expect(reader(...bytes).nanos()).toBe(nanos);
  });
});

describe('strings', () => {
  it('are remembered without being mixed up', () => {
    const words = Array.from({ length: 20_000 }, (_, index) => `word-${index % 9000}`);
    const wire = new WireReader(
      Uint8Array.from(words.flatMap((word) => [word.length, ...Buffer.from(word)])),
    );
    for (const word of words) expect(wire.string()).toBe(word);
  });
});
