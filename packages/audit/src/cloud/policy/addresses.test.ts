import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressText, asGoodAsEverybody, ofInternet, piecesOf, stretchOf, within } from './addresses.ts';

const all = (...texts: string[]) => texts.map((text) => stretchOf(text)!);

describe('stretches of addresses', () => {
  it('are read from both versions, and from nothing else', () => {
    const [four, six, mixed] = all('203.0.113.9/24', '2001:DB8::/32', '::ffff:10.0.0.1');
    expect([four!.first, four!.last]).toEqual([0xcb007100n, 0xcb0071ffn]);
    expect(six!.last - six!.first).toBe((1n << 96n) - 1n);
    expect(mixed!.first).toBe(0xffff0a000001n);
    expect(addressText(six!)).toBe('2001:db8:0:0:0:0:0:0');
    for (const wrong of [
      '',
      '1.2.3',
      '1.2.3.256',
      '1.2.3.4/33',
      '::/129',
      '1::2::3',
      ':1',
      'g::',
      '*',
      '1.2.3.4/',
    ]) {
      expect(stretchOf(wrong), wrong).toBeUndefined();
    }
  });

  it('are as good as everybody together, and only what of them is of the internet', () => {
    const good = (...texts: string[]) => asGoodAsEverybody(ofInternet(all(...texts)));
    expect(good('0.0.0.0/1', '128.0.0.0/1')).toBe(true);
    expect(good('::/0')).toBe(true);
    expect(good('10.0.0.0/8', '172.16.0.0/12', '203.0.113.0/24')).toBe(false);
    expect(good('8.0.0.0/8', '8.0.0.0/9', '8.1.0.0/16')).toBe(false);
    expect(good('8.0.0.0/8', '9.0.0.0/24')).toBe(true);
  });

  it('hold of the internet what the pieces within them hold', () => {
    const address = fc.tuple(fc.nat(0xffffffff), fc.integer({ min: 0, max: 32 }));
    const six = fc.tuple(fc.nat(0xffff), fc.integer({ min: 0, max: 48 }));
    const text = fc.oneof(
      address.map(
        ([n, length]) => `${[24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.')}/${length}`,
      ),
      six.map(([n, length]) => `${n.toString(16)}::/${length}`),
    );
    fc.assert(
      fc.property(fc.array(text, { maxLength: 8 }), (texts) => {
        const stretches = all(...texts);
        const size = (pieces: typeof stretches) =>
          pieces.reduce((sum, { first, last }) => sum + last - first + 1n, 0n);
        const slow = piecesOf(stretches).filter((piece) => stretches.some((one) => within(piece, one)));
        expect(size(ofInternet(stretches))).toBe(size(slow));
      }),
      { numRuns: 200 },
    );
  });
});
