/**
 * What a child process that reads an engine's tables says to its parent: frames of one byte of kind, four
 * bytes of length (big-endian) and the payload. Values go as bytes, so that nothing is lost in translation.
 */
export interface ColumnMessage {
  table: string;
  column: string;
  type: string;
  rows: number;
  distinct: number;
  /** Base64, each cut to 256 bytes. */
  samples: string[];
}

export const FRAME = {
  /** ColumnMessage as JSON. */
  column: 1,
  /** `table column`, before its values. */
  begin: 2,
  /** Values of the column, any number of bytes. */
  data: 3,
  end: 4,
  /** Something that could not be read, in words of ours. */
  note: 5,
} as const;

export type FrameKind = (typeof FRAME)[keyof typeof FRAME];

export interface Frame {
  kind: number;
  payload: Uint8Array;
}

export function encodeFrame(kind: FrameKind, payload: Uint8Array | string): Buffer {
  const body = Buffer.from(payload as Uint8Array);
  const head = Buffer.alloc(5);
  head[0] = kind;
  head.writeUInt32BE(body.length, 1);
  return Buffer.concat([head, body]);
}

/** Frames of a byte stream; what is left of a frame at the end, when a child dies, is dropped. */
export async function* decodeFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let parts: Buffer[] = [];
  let size = 0;
  let wanted = 5;
  for await (const chunk of stream) {
    parts.push(Buffer.from(chunk));
    size += chunk.length;
    if (size < wanted) continue;
    let bytes = Buffer.concat(parts);
    while (bytes.length >= 5) {
      wanted = 5 + bytes.readUInt32BE(1);
      if (bytes.length < wanted) break;
      yield { kind: bytes[0]!, payload: bytes.subarray(5, wanted) };
      bytes = bytes.subarray(wanted);
      wanted = 5;
    }
    parts = [bytes];
    size = bytes.length;
  }
}
