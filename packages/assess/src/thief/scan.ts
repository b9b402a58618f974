import { type Carved, type Decoder, decoderAt, LOOKAHEAD, nextCandidate } from './carve.ts';
import type { Sink } from './inflate.ts';
import type { Matcher } from './matcher.ts';
import { StringFinder } from './strings.ts';

/** Layers of compression that are undone, one inside the other. */
const MAX_DEPTH = 4;
/** Streams undone at the same time within one: magic numbers also occur by chance. */
const MAX_DECODERS = 32;

export interface ScanContext {
  matcher: Matcher;
  /** Called with each readable text, cut, and the place it stands in. */
  onText?: (text: string, where: string) => void;
}

/**
 * Reads a stream of bytes as a thief does: looks for the canaries, for readable text, and for anything
 * compressed, which it undoes and reads in the same way. Memory is bounded at any length.
 */
export class Scanner implements Sink {
  readonly #context: ScanContext;
  readonly #where: string;
  readonly #depth: number;
  readonly #strings: StringFinder | undefined;
  #tail: Uint8Array = new Uint8Array(0);
  /** Where to look for compressed data next, as an index into `#tail`. */
  #next = 0;
  #decoders: Decoder[] = [];

  constructor(context: ScanContext, where: string, depth = 0) {
    this.#context = context;
    this.#where = where;
    this.#depth = depth;
    const { onText } = context;
    this.#strings = onText && new StringFinder((text) => onText(text, where));
  }

  async write(bytes: Uint8Array): Promise<void> {
    const window = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    this.#context.matcher.search(window, () => this.#where);
    this.#strings?.push(bytes);
    if (this.#depth < MAX_DEPTH) await this.#carve(window, bytes, window.length - LOOKAHEAD);
    const kept = Math.min(window.length, Math.max(this.#context.matcher.overlap, LOOKAHEAD));
    // A copy: the bytes belong to whoever wrote them.
    this.#tail = new Uint8Array(window.subarray(window.length - kept));
    this.#next = Math.max(0, this.#next - (window.length - kept));
  }

  async end(): Promise<void> {
    if (this.#depth < MAX_DEPTH) await this.#carve(this.#tail, new Uint8Array(0), this.#tail.length - 9);
    for (const decoder of this.#decoders) await decoder.end();
    this.#strings?.end();
  }

  /** Feeds `fresh` to what is being undone, then looks for more in `window` up to `end`. */
  async #carve(window: Uint8Array, fresh: Uint8Array, end: number): Promise<void> {
    for (const decoder of this.#decoders) await decoder.push(fresh);
    for (let at = this.#next; ; ) {
      at = nextCandidate(window, at, end);
      this.#next = Math.max(at, 0);
      if (at >= end) break;
      const carved = decoderAt(window, at);
      if (carved) await this.#start(carved, window.subarray(at));
      at += carved?.length ?? 1;
    }
    this.#decoders = await finished(this.#decoders);
  }

  async #start(carved: Carved, bytes: Uint8Array): Promise<void> {
    if (this.#decoders.length >= MAX_DECODERS) this.#decoders = await finished(this.#decoders);
    if (this.#decoders.length >= MAX_DECODERS) await this.#decoders.shift()!.end();
    const decoder = carved.start(
      new Scanner(this.#context, `${this.#where} › ${carved.name}`, this.#depth + 1),
    );
    await decoder.push(bytes);
    if (decoder.alive) this.#decoders.push(decoder);
    else await decoder.end();
  }
}

async function finished(decoders: Decoder[]): Promise<Decoder[]> {
  for (const decoder of decoders) if (!decoder.alive) await decoder.end();
  return decoders.filter((decoder) => decoder.alive);
}
