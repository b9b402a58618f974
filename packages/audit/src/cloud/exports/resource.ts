import type { Path } from '../json/places.ts';
import type { CloudFile } from '../spot.ts';
import { References } from '../terraform/references.ts';
import type { Resource, Terraform } from '../terraform/resource.ts';

/**
 * Something that another tool exported, as the resource that Terraform would have for it: so each check is
 * written once. `places` says what the export calls the attributes.
 */
export function resource(
  file: CloudFile,
  type: string,
  name: unknown,
  values: Readonly<Record<string, unknown>>,
  path: Path,
  places: Readonly<Record<string, Path>> = {},
): Resource {
  const named = typeof name === 'string' ? name : (file.file.split('/').at(-1) ?? '');
  const none = { module: '', index: undefined, unknown: {}, data: false };
  return { ...none, type, name: named, address: `${type}.${named}`, values, in: file, path, places };
}

export function exported(resources: readonly Resource[]): Terraform {
  return { resources, references: new References(undefined), account: undefined };
}
