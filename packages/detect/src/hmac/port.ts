/** HMAC-SHA-256 (RFC 2104) under one key: 64 lower-case hexadecimal digits from a message of any length. */
export type Mac = (message: Uint8Array) => string;
