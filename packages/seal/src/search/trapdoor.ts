import { utf8 } from '../encoding/bytes.ts';
import { secretHmac } from '../keys/mac.ts';
import { TRAPDOOR_BYTES } from './filter.ts';

/**
 * What a token is called within one period: HMAC-SHA-256(index key, lp(field) ‖ lp(token)), first 16
 * bytes. Without the index key nobody can make one, or tell which token one stands for.
 */
export function trapdoor(indexKey: Uint8Array, field: string, token: string): Uint8Array {
  const name = utf8(field);
  const value = utf8(token);
  const message = new Uint8Array(8 + name.length + value.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, name.length);
  message.set(name, 4);
  view.setUint32(4 + name.length, value.length);
  message.set(value, 8 + name.length);
  return secretHmac(indexKey, message).slice(0, TRAPDOOR_BYTES);
}
