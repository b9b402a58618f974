import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hmacSha256 as inBrowser } from './browser.ts';
import { hmacSha256 as inNode } from './hmac.node.ts';

describe('HMAC-SHA-256', () => {
  it('is the same here, in the browser and in node:crypto, for messages of any length', () => {
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
    fc.assert(
      fc.property(
        bytes(64),
        fc.array(fc.oneof(bytes(200), bytes(3000)), { maxLength: 4 }),
        (key, messages) => {
          const node = inNode(key);
          const browser = inBrowser(key);
          for (const message of messages) {
            const expected = createHmac('sha256', key).update(message).digest('hex');
            expect(node(message)).toBe(expected);
            expect(browser(message)).toBe(expected);
          }
        },
      ),
    );
  });
});
