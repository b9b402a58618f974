import { codeOf } from '@tacet/records';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  decodeShare,
  encodeIdentity,
  foundWorkspace,
  type Identity,
  joinShares,
  splitIdentity,
} from '../src/index.ts';
import { label } from './independent-primitives.ts';
import { NOW } from './workspace.ts';

let identity: Identity;
let shares: Uint8Array[];
beforeAll(async () => {
  ({ identity } = await foundWorkspace({ workspace: 'acme', now: NOW }));
  shares = await splitIdentity(identity, 'acme');
});

const join = (...parts: Uint8Array[]) =>
  (async () => joinShares(parts.map(decodeShare)))().then((joined) => joined, codeOf);

/** Product in GF(2^8) with x^8 + x^4 + x^3 + x + 1, as docs/format.md says. */
function times(a: number, b: number): number {
  let product = 0;
  for (let [x, y] = [a, b]; y > 0; y >>= 1) {
    if (y & 1) product ^= x;
    x = (x << 1) ^ (x & 0x80 ? 0x11b : 0);
  }
  return product;
}
const inverse = (a: number) => Array.from({ length: 256 }, (_, b) => b).find((b) => times(a, b) === 1)!;

describe('recovery by shares', () => {
  it('takes any two of the three', async () => {
    const [one, two, three] = shares as [Uint8Array, Uint8Array, Uint8Array];
    for (const some of [
      [one, two],
      [three, one],
      [two, three],
      [one, two, three],
    ])
      expect(await join(...some)).toEqual(identity);
  });

  it('takes no less, nothing damaged and nothing of another set', async () => {
    const [one, two] = shares as [Uint8Array, Uint8Array];
    const [other] = (await splitIdentity(identity, 'acme')) as [Uint8Array];
    expect(await join(one)).toBe('RECOVERY_INVALID');
    expect(await join(one, one)).toBe('RECOVERY_INVALID');
    expect(await join(one, other)).toBe('RECOVERY_INVALID');
    expect(await join(one, two.subarray(0, 10))).toBe('RECOVERY_INVALID');
    for (let at = 0; at < two.length; at += 9) {
      const damaged = two.slice();
      damaged[at]! ^= 4;
      expect(await join(one, damaged)).toBe('RECOVERY_INVALID');
    }
  });

  it('notices a share that was forged with its checksum', async () => {
    const [one, two] = shares.map(decodeShare);
    const forged = { ...two!, share: two!.share.map((byte, at) => (at === 40 ? byte ^ 1 : byte)) };
    await expect(joinShares([one!, forged])).rejects.toMatchObject({ code: 'RECOVERY_INVALID' });
  });

  it('is the line through two points for each byte, as the format says', () => {
    const [one, two] = shares.map((share) => decodeShare(share).share) as [Uint8Array, Uint8Array];
    const [x, u] = [one.at(-1)!, two.at(-1)!];
    const slope = inverse(x ^ u);
    const secret = one.subarray(0, -1).map((y, at) => y ^ times(times(y ^ two[at]!, slope), x));
    expect(new Uint8Array(secret.subarray(0, -16))).toEqual(encodeIdentity(identity));
    expect(Buffer.from(shares[0]!).includes(label('recovery'))).toBe(false);
    for (const share of shares) expect(Buffer.from(share).includes(identity.owner!.operations)).toBe(false);
  });
});
