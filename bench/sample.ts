import { sampleFile } from '@tacet/sample';

/** The file of sample events that every case of a run reads. */
export function sample(events: number): string {
  return sampleFile({ seed: 1, count: events });
}
