import type { Check, Severity } from '../finding.ts';
import type { Setting } from './setting.ts';
import type { Software } from './software.ts';

/** The text of a file, and what its reader made of it. */
export interface Reading {
  /** As it was named, with `/` between folders. */
  readonly file: string;
  readonly software: Software;
  /** Its settings stand below, the root itself has no name. */
  readonly root: Setting;
  readonly text: string;
}

/** Where a check found what it looks for. */
export interface Hit {
  /** The setting to change first, and others that take part. */
  readonly at: Setting | readonly Setting[];
  /** When this case is worse, or less bad, than the check's own. */
  readonly severity?: Severity;
  /** Whether what stands there is a secret, however it is called: then nothing of it is shown. */
  readonly secret?: true;
  /** More of it than the check's own title says. */
  readonly title?: string;
}

/** What is looked for in `Subject`: one file, or all files of one installation together. */
export interface ConfigurationCheck<Subject = Setting> extends Check {
  /** The services whose open door it explains, by the beginning of their probes' names. */
  readonly explains?: readonly string[];
  find(subject: Subject): Iterable<Hit>;
}

/** The checks of one software, and what they look at. */
export interface Family {
  readonly software: readonly Software[];
  readonly checks: readonly (Check & { readonly explains?: readonly string[] })[];
  run(readings: readonly Reading[]): Iterable<readonly [Check, Hit]>;
}

/** `gather` makes of all readings of that software what each check is given. */
export function family<Subject>(
  software: readonly Software[],
  gather: (readings: readonly Reading[]) => Iterable<Subject>,
  checks: readonly ConfigurationCheck<Subject>[],
): Family {
  return {
    software,
    checks,
    *run(readings) {
      const own = readings.filter((reading) => software.includes(reading.software));
      for (const subject of own.length === 0 ? [] : gather(own))
        for (const check of checks) for (const hit of check.find(subject)) yield [check, hit] as const;
    },
  };
}

/** Each file by itself. */
export function eachFile(readings: readonly Reading[]): Setting[] {
  return readings.map(({ root }) => root);
}
