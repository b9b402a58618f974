import { isUtf8 } from 'node:buffer';
import { type Confidence, type Detector, type Finding, findEncodedPersonal } from '@tacet/detect';
import type { Sightings } from '@tacet/gateway/places';
import type { ScanContext } from './file.ts';
import { OTHER } from './seen.ts';

/** A finding of personal data says how sure it is. */
export interface PersonalFileFinding extends Finding {
  readonly confidence?: Confidence;
}

type Looking = Pick<ScanContext, 'detector' | 'look'>;

/** Finds personal data too, but for what is most likely nobody's. Secrets go first. */
export function withPersonal({ detector, look }: Looking): Looking {
  return {
    detector: personalDetector(detector),
    look: (bytes) => withOthers(look(bytes), placesIn(bytes)),
  };
}

function personalDetector(detector: Detector): Detector {
  return {
    ...detector,
    places: (text) =>
      [...detector.places(text), ...personal(text).map(({ start }) => start)].sort((a, b) => a - b),
    explain: (...given) => {
      const { findings, suppressed } = detector.explain(...given);
      const apart = personal(given[0]).filter(
        ({ start, end }) => !findings.some((secret) => start < secret.end && end > secret.start),
      );
      return { findings: [...findings, ...apart].sort((a, b) => a.start - b.start), suppressed };
    },
  };
}

function personal(text: string): PersonalFileFinding[] {
  return findEncodedPersonal(text)
    .filter(({ confidence }) => confidence !== 'low')
    .map(({ encoded, ...one }) => ({ ...one, by: encoded ? 'encoding' : 'form' }));
}

/** Where personal data begins, in bytes; of text that is no UTF-8, a byte is a letter. */
function placesIn(bytes: Buffer): number[] {
  const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
  const text = bytes.toString(encoding);
  let [index, byte] = [0, 0];
  return personal(text).map(({ start }) => {
    byte += Buffer.byteLength(text.slice(index, start), encoding);
    index = start;
    return byte;
  });
}

/** Both in order. */
function withOthers({ at, what }: Sightings, others: readonly number[]): Sightings {
  const places = new Uint32Array(at.length + others.length);
  const all = { at: places, what: new Uint16Array(places.length).fill(OTHER) };
  let [some, more] = [0, 0];
  for (let i = 0; i < places.length; i++) {
    if (some < at.length && !(others[more]! < at[some]!)) {
      places[i] = at[some]!;
      all.what[i] = what[some++]!;
    } else places[i] = others[more++]!;
  }
  return all;
}
