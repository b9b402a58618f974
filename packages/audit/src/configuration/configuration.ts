import { TacetError } from '@tacet/records';
import { CloudAudit, type CloudFormat, MAX_CLOUD_BYTES, mayBeCloud } from '../cloud/cloud.ts';
import { type Check, type Finding, findingOf, type Place, ranked } from '../finding.ts';
import type { Hit, Reading } from './check.ts';
import { placeOf } from './excerpt.ts';
import { FAMILIES } from './families.ts';
import type { Setting } from './setting.ts';
import { isTemplate, mayKnow, recognise, type Software } from './software.ts';
import { shown, textOf, walk } from './walk.ts';

/** What the files of some paths say. */
export interface ConfigurationReport {
  /** The worst first. */
  readonly findings: readonly Finding[];
  /** The files that were known for what they are, and read. */
  readonly files: readonly { readonly file: string; readonly software: Software | CloudFormat }[];
  /** Those that could not be read, or are not what their name says. */
  readonly failed: readonly { readonly file: string; readonly error: TacetError }[];
}

/**
 * Reads every configuration file of `paths`, files or folders at any depth, and checks it; what one file says
 * is seen together with what others of the same installation say. Files of no known kind are passed by. Never
 * throws for what is in a file: `failed` holds a coded error, CONFIGURATION_UNREADABLE or CONFIGURATION_INVALID.
 */
export async function checkConfiguration(paths: readonly string[]): Promise<ConfigurationReport> {
  const readings: Reading[] = [];
  const failed: { file: string; error: TacetError }[] = [];
  const cloud = new CloudAudit();
  const clouds: { file: string; software: CloudFormat }[] = [];
  for await (const walked of walk(paths)) {
    const file = shown(walked.file);
    if ('error' in walked) failed.push(walked);
    else if (mayKnow(file) || mayBeCloud(file)) {
      try {
        const text = await textOf(walked.file, mayBeCloud(file) ? MAX_CLOUD_BYTES : undefined);
        const reading = mayKnow(file) ? readingOf(file, text) : undefined;
        if (reading) readings.push(reading);
        else if (mayBeCloud(file)) {
          const software = cloud.add(file, text);
          if (software) clouds.push({ file, software });
        }
      } catch (error) {
        if (!(error instanceof TacetError)) throw error;
        failed.push({ file, error });
      }
    }
  }
  const findings = FAMILIES.flatMap((family) => [...family.run(readings)]).map(([check, hit]) =>
    findingAt(check, hit),
  );
  return {
    findings: ranked([...onceAPlace(findings), ...cloud.findings()]),
    files: [...readings.map(({ file, software }) => ({ file, software })), ...clouds],
    failed,
  };
}

/**
 * What a file of that path and text is; undefined when it is nothing known, or a template.
 *
 * @throws CONFIGURATION_INVALID when it is not what its name says
 */
export function readingOf(file: string, text: string): Reading | undefined {
  const known = recognise(file, text);
  try {
    return known && { file, software: known.software, root: known.read(text, file), text };
  } catch (error) {
    if (isTemplate(file, text)) return undefined;
    throw error;
  }
}

/** All checks of configuration, by their ids. */
export const CONFIGURATION_CHECKS: ReadonlyMap<string, Check & { readonly explains?: readonly string[] }> =
  new Map(
    FAMILIES.flatMap(({ checks }) => checks.map((check) => [check.id, check] as const)).sort(([a], [b]) =>
      a < b ? -1 : 1,
    ),
  );

/**
 * The settings that make a service answer without a password, out of what `checkConfiguration` found: the
 * cause of a probe's finding. `service` is the probe's name, such as `clickhouse-http`; the telling ones first.
 */
export function causesOf(service: string, findings: readonly Finding[]): Place[] {
  const places = findings
    .filter((finding) => finding.source === 'configuration' && explains(finding.check, service))
    .flatMap(({ causes = [] }) => causes);
  return [...new Map(places.map((place) => [`${place.file}:${place.line}:${place.column}`, place])).values()];
}

function explains(check: string, service: string): boolean {
  const explained = CONFIGURATION_CHECKS.get(check)?.explains ?? [];
  return explained.some((name) => service === name || service.startsWith(`${name}-`));
}

function findingAt({ id, title, severity, why, fix, references }: Check, hit: Hit): Finding {
  const settings: readonly Setting[] = Array.isArray(hit.at) ? hit.at : [hit.at];
  const causes = settings.map((setting) => placeOf(setting, hit.secret));
  return findingOf(
    { id, title: hit.title ?? title, severity: hit.severity ?? severity, why, fix, references },
    { source: 'configuration', subject: `file:${causes[0]!.file}`, within: causes[0]!.setting ?? '', causes },
  );
}

/** Each place of a file once: through an anchor it belongs to many settings. */
function onceAPlace(findings: readonly Finding[]): Finding[] {
  const place = ({ check, fingerprint, causes }: Finding) => {
    const [at] = causes ?? [];
    return at ? `${check} ${at.file}:${at.line}:${at.column}` : fingerprint;
  };
  return [...new Map(findings.map((finding) => [place(finding), finding])).values()];
}
