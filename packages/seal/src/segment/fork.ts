import { TacetError } from '@tacet/records';
import { equalBytes, toHex } from '../encoding/bytes.ts';

/** Where a segment stands in its session. */
export interface Place {
  session: Uint8Array;
  period: number;
  number: number;
  id: Uint8Array;
}

/**
 * Notices a session that went on twice: two different segments in one place mean that a machine was
 * cloned with a live writer, or that a writer's state was stolen. Both copies open and are kept.
 */
export class ForkWatch {
  readonly #seen = new Map<string, Uint8Array>();

  /** The error to report, SESSION_FORKED, when another segment was seen in this place; else undefined. */
  see(place: Place): TacetError | undefined {
    const key = `${toHex(place.session)}/${place.period}/${place.number}`;
    const known = this.#seen.get(key);
    if (!known) {
      this.#seen.set(key, place.id);
      return undefined;
    }
    if (equalBytes(known, place.id)) return undefined;
    return new TacetError('SESSION_FORKED', `two segments stand in place ${key}`);
  }
}
