/** The byte order mark of UTF-8, which some writers put before a text. */
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/** The first bytes of a text without its mark. */
export function withoutMark(chunk: Buffer): Buffer {
  return chunk.subarray(0, MARK.length).equals(MARK) ? chunk.subarray(MARK.length) : chunk;
}
