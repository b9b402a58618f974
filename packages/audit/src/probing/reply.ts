import { type HttpReply, WireError } from './wire.ts';

const MAX_HEAD = 64 << 10;
const MAX_HEADERS = 200;
const MAX_CHUNK_LINE = 1024;
const CR = 13;
const LF = 10;

const latin1 = new TextDecoder('latin1');
const utf8 = new TextDecoder();

/** What of an answer has a body, and how its end is known (RFC 9112, 6.3). */
type Framing =
  | { kind: 'none' }
  | { kind: 'length'; length: number }
  | { kind: 'chunked' }
  | { kind: 'close' };

/** Reads one HTTP/1 answer out of bytes as they come, as far as the limits go. */
export class ReplyReader {
  readonly #method: string;
  #head: Pick<HttpReply, 'status' | 'headers'> | undefined;
  #framing: Framing = { kind: 'close' };
  /** Where the head, or what was understood of the body, ends. */
  #at = 0;
  readonly #chunks: Uint8Array[] = [];
  /** Where the bytes of a chunk begin that is not complete yet. */
  #begun: number | undefined;
  #done = false;

  constructor(method: string) {
    this.#method = method;
  }

  /**
   * Goes on with everything received so far: true when the answer is complete. Throws WireError
   * (`not-http`, `too-long`).
   */
  take(bytes: Uint8Array): boolean {
    while (this.#head === undefined) {
      if (!this.#takeHead(bytes)) return false;
    }
    if (this.#framing.kind === 'none') this.#done = true;
    else if (this.#framing.kind === 'length') this.#done = bytes.length - this.#at >= this.#framing.length;
    else if (this.#framing.kind === 'chunked') this.#takeChunks(bytes);
    return this.#done;
  }

  /** The answer, once there is a head: `ended` says whether the other side ended the connection. */
  reply(bytes: Uint8Array, ended: boolean): HttpReply | undefined {
    if (this.#head === undefined) return undefined;
    const { kind } = this.#framing;
    const cut = !(this.#done || (kind === 'close' && ended));
    return { ...this.#head, body: kind === 'none' ? '' : utf8.decode(this.#body(bytes)), cut };
  }

  #body(bytes: Uint8Array): Uint8Array {
    if (this.#framing.kind === 'chunked')
      return Buffer.concat([...this.#chunks, bytes.subarray(this.#begun ?? bytes.length)]);
    const length = this.#framing.kind === 'length' ? this.#framing.length : bytes.length;
    return bytes.subarray(this.#at, this.#at + length);
  }

  #takeHead(bytes: Uint8Array): boolean {
    const start = latin1.decode(bytes.subarray(this.#at, this.#at + 5));
    if (!'HTTP/'.startsWith(start)) throw new WireError('not-http');
    const end = endOfHead(bytes, this.#at);
    if (end === undefined && bytes.length - this.#at > MAX_HEAD) throw new WireError('too-long');
    if (end === undefined) return false;
    const lines = latin1.decode(bytes.subarray(this.#at, end)).split(/\r?\n/);
    const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(lines[0] ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(status)) throw new WireError('not-http');
    this.#at = end;
    // Interim answers come before the real one.
    if (status >= 100 && status < 200 && status !== 101) return true;
    const headers = headersOf(lines.slice(1));
    this.#head = { status, headers };
    this.#framing = framingOf(this.#method, status, headers);
    return true;
  }

  #takeChunks(bytes: Uint8Array): void {
    for (;;) {
      const end = bytes.indexOf(LF, this.#at);
      if (end < 0 && bytes.length - this.#at > MAX_CHUNK_LINE) throw new WireError('not-http');
      if (end < 0) return;
      const size = /^([0-9a-f]{1,8})\s*(?:;|\r?$)/i.exec(latin1.decode(bytes.subarray(this.#at, end)))?.[1];
      if (size === undefined) throw new WireError('not-http');
      const length = Number.parseInt(size, 16);
      const from = end + 1;
      if (length === 0) {
        this.#done = true;
        return;
      }
      this.#begun = from;
      if (bytes.length < from + length + 2) return;
      this.#begun = undefined;
      this.#chunks.push(bytes.subarray(from, from + length));
      this.#at = from + length + (bytes[from + length] === CR ? 2 : 1);
    }
  }
}

/** Where the empty line after the head ends; lines that end in a bare LF are understood. */
function endOfHead(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(LF, from); at >= 0; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return undefined;
}

function headersOf(lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = Object.create(null);
  let count = 0;
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1 || count++ >= MAX_HEADERS) continue;
    headers[line.slice(0, colon).trim().toLowerCase()] ??= line.slice(colon + 1).trim();
  }
  return headers;
}

function framingOf(method: string, status: number, headers: Readonly<Record<string, string>>): Framing {
  if (method === 'HEAD' || status === 204 || status === 304) return { kind: 'none' };
  if (/\bchunked\b/i.test(headers['transfer-encoding'] ?? '')) return { kind: 'chunked' };
  const length = headers['content-length'];
  return length !== undefined && /^\d{1,15}$/.test(length)
    ? { kind: 'length', length: Number(length) }
    : { kind: 'close' };
}
