import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/**
 * Keys that manuals and sample apps of Google print, and that thousands of copies hold, and the one in 1Password's
 * description of its tokens: the first eight bytes of their SHA-256, so that none stands here.
 */
const PUBLISHED: ReadonlySet<string> = new Set(
  [
    'f56e323494a6ffc2 2037abcaffb2b777 3f370c9dd8225c63 e4a5542bb7fd7b67 a19f89ab3555eac1 0b476bdf9acf2123',
    'eb540d2b6ee2a0a4 37f8f09bdf12c2f2 8731261cb72d8626 49f777db995e8260 27a9a42931dff7eb dc0fcf046c61640c',
    '4c98242dcadc8b29 ea9bb1082cf95663 3a8b61d0f636b007 a6c814bc555ae62c 4861b7d682dcbc5a',
  ].flatMap((line) => line.split(' ')),
);

/** The doubt that a published key brings. */
export function published(secret: string): 'published' | undefined {
  return PUBLISHED.has(bytesToHex(sha256(utf8ToBytes(secret)).subarray(0, 8))) ? 'published' : undefined;
}
