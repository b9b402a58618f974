import { cut, withoutSecrets } from '../configuration/excerpt.ts';
import { type Check, type Finding, findingOf, type Place, type Proof, type Severity } from '../finding.ts';
import { type Path, placesOf } from './json/places.ts';

/** A file of a cloud's settings. */
export interface CloudFile {
  readonly file: string;
  readonly text: string;
}

/** A value in such a file: where it stands is looked up only when it is reported. */
export interface Spot {
  readonly in: CloudFile;
  readonly path: Path;
  /** As its owner would name it: `aws_s3_bucket.logs.acl`. */
  readonly setting: string;
  /** What stands there, in few words. */
  readonly says: string;
}

/** What a check found, before its places are known. */
export interface Hit {
  readonly check: Check;
  readonly subject: string;
  readonly within?: string;
  readonly title?: string;
  readonly severity?: Severity;
  readonly proof?: Proof;
  readonly spots: readonly Spot[];
}

/** Findings with the lines of their causes; each file is passed over once. */
export function placed(hits: readonly Hit[]): Finding[] {
  const spots = hits.flatMap((hit) => hit.spots);
  const places = new Map<Spot, Place>();
  for (const [file, here] of Map.groupBy(spots, (spot) => spot.in)) {
    const found = placesOf(
      file.text,
      here.map(({ path }) => path),
    );
    for (const [index, spot] of here.entries()) {
      const { setting, says } = spot;
      places.set(spot, {
        file: file.file,
        ...found[index],
        setting: cut(setting),
        excerpt: cut(withoutSecrets(says)),
      });
    }
  }
  return hits.map(({ check, spots, proof, ...told }) => {
    const causes = spots.map((spot) => places.get(spot)!);
    return findingOf(check, {
      source: 'cloud',
      ...told,
      // Names of statements and values of conditions are whatever somebody wrote there.
      ...(proof && { proof: { request: withoutSecrets(proof.request), reply: withoutSecrets(proof.reply) } }),
      ...(causes.length > 0 && { causes }),
    });
  });
}
