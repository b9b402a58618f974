import { TacetError } from '@tacet/records';

/** A gRPC message begins with a byte that says whether it is compressed, and its length, big-endian. */
const PREFIX = 5;

/** What the prefix of a message says, and the bytes after it, as they arrive. */
export interface IncomingMessage {
  compressed: boolean;
  length: number;
  chunks: AsyncIterable<Uint8Array>;
}

function invalid(what: string): TacetError {
  return new TacetError('REQUEST_INVALID', `the gRPC call ${what}`);
}

/**
 * The one message of a unary call's stream. `chunks` gives exactly `length` bytes, or fails: with
 * REQUEST_INVALID when the stream ends before or goes on after. Nothing is collected here.
 *
 * @throws REQUEST_INVALID for a prefix that is cut off or wrong
 */
export async function readMessage(stream: AsyncIterable<Uint8Array>): Promise<IncomingMessage> {
  const source = stream[Symbol.asyncIterator]();
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < PREFIX) {
    const { done, value } = await source.next();
    if (done) throw invalid('has no message');
    head = Buffer.concat([head, value]);
  }
  const flag = head[0]!;
  if (flag > 1) throw invalid('has a message with an unknown flag');
  const length = Buffer.from(head.buffer, head.byteOffset, PREFIX).readUInt32BE(1);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    let left = length;
    for (let chunk = head.subarray(PREFIX); ; ) {
      if (chunk.length > left) throw invalid('has more than one message');
      left -= chunk.length;
      if (chunk.length > 0) yield chunk;
      const { done, value } = await source.next();
      if (done) break;
      chunk = value;
    }
    if (left > 0) throw invalid('was cut off');
  }
  return { compressed: flag === 1, length, chunks: chunks() };
}

/** The frame of an answer, which is never compressed. */
export function frameMessage(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(PREFIX + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX);
  return frame;
}
