/** A private Ed25519 key (RFC 8032) ready to sign. */
export interface Signer {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/**
 * The primitives that a runtime has its own, fastest way for. Node uses node:crypto and node:zlib; a
 * browser WebCrypto, @noble/hashes where a synchronous answer is needed, and fzstd. Both answer alike:
 * src/platform/platform.test.ts compares them.
 */
export interface Platform {
  readonly name: 'node' | 'browser';
  /** SHA-256 (FIPS 180-4) of the parts one after another. */
  sha256(...parts: readonly Uint8Array[]): Uint8Array;
  /** HMAC-SHA-256 (RFC 2104) of the parts one after another. */
  hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array;
  random(length: number): Uint8Array;
  /** AES-256-GCM (NIST SP 800-38D): ciphertext with the 16-byte tag after it. `nonce` is 12 bytes. */
  gcmSeal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Promise<Uint8Array>;
  /** The plain text, or undefined when the tag does not fit. */
  gcmOpen(
    key: Uint8Array,
    nonce: Uint8Array,
    aad: Uint8Array,
    sealed: Uint8Array,
  ): Promise<Uint8Array | undefined>;
  /** `seed` is the 32-byte private key of RFC 8032. */
  signer(seed: Uint8Array): Promise<Signer>;
  verify(publicKey: Uint8Array, signature: Uint8Array, message: Uint8Array): Promise<boolean>;
  /** zstd level 3 (RFC 8878), one frame that declares its content size; absent where the runtime has none. */
  zstdCompress?(plain: Uint8Array): Uint8Array;
  /** Throws any error when the frame is broken or would give more than `cap` bytes. */
  zstdDecompress(compressed: Uint8Array, cap: number): Uint8Array;
}
