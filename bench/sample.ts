import { sampleFile } from '@tacet/sample';

/** The file of sample events that every case of a run reads; another seed, other events. */
export function sample(events: number, seed = 1): string {
  return sampleFile({ seed, count: events });
}
