import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { batchId, batchKeys } from './resend.ts';

const secret = new Uint8Array(32).fill(7);
const HOUR = 3_600_000;
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('batch identity', () => {
  it('is an HMAC of the source with its length, and of the digest of the body', () => {
    const { current } = batchKeys(secret, 5 * HOUR);
    const digest = createHash('sha256').update('body').digest();
    const mac = createHmac('sha256', current).update('\0\0\0\x02id').update(digest).digest();
    expect(hex(batchId(current, 'id', digest))).toBe(hex(mac.subarray(0, 16)));
  });

  it('has a key an hour, the last one found again in the next', () => {
    const first = batchKeys(secret, 7 * HOUR + 1);
    const same = batchKeys(secret, 8 * HOUR - 1);
    const next = batchKeys(secret, 8 * HOUR);
    expect(hex(same.current)).toBe(hex(first.current));
    expect(hex(next.previous)).toBe(hex(first.current));
    expect(hex(next.current)).not.toBe(hex(first.current));
  });

  it('derives the key as the expand step of HKDF', () => {
    const info = Buffer.concat([Buffer.from('tacet/v1/batch'), Buffer.from([0, 0, 0, 0, 0, 0, 0, 9])]);
    // Node gives extract and expand in one: undo the extract by hand.
    const extracted = createHmac('sha256', Buffer.alloc(32)).update(secret).digest();
    const expanded = hkdfSync('sha256', secret, Buffer.alloc(32), info, 32);
    expect(hex(batchKeys(extracted, 9 * HOUR).current)).toBe(hex(new Uint8Array(expanded)));
  });
});
