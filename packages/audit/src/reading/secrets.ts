import { randomBytes } from 'node:crypto';
import { createDetector, type Detector, type Finding } from '@tacet/detect';

/** Characters that are looked at where a text is shown; whatever stands beyond is not. */
const WINDOW = 8192;

let detector: Detector | undefined;

/** The secrets of a text. Their fingerprints are not used: a key of the moment is as good as any. */
export function secretsIn(text: string): readonly Finding[] {
  detector ??= createDetector({ fingerprintKey: randomBytes(32) });
  return detector.scan(text);
}

/** The beginning of a text with every secret replaced by its kind in brackets. */
export function bracketed(said: string): string {
  const text = said.slice(0, WINDOW).toWellFormed();
  let shown = '';
  let end = 0;
  for (const secret of secretsIn(text)) {
    shown += `${text.slice(end, secret.start)}[${secret.kind}]`;
    end = secret.end;
  }
  shown += text.slice(end);
  // The window may have cut a secret in two, which then looks like none.
  return said.length > WINDOW ? shown.slice(0, shown.lastIndexOf(' ') + 1) : shown;
}
