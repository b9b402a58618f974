import type { Check, Severity } from '../../finding.ts';
import type { Path } from '../json/places.ts';
import type { Hit } from '../spot.ts';
import { isUnknown, type Resource, spotOf, type Terraform, valueAt } from '../terraform/resource.ts';

/** Where in a resource a check found what it looks for. */
export interface At {
  /** Below the values of the resource. */
  readonly path: Path;
  readonly severity?: Severity;
  /** What stands there in a few words, when the value itself should not be shown or says little. */
  readonly says?: string;
  /** The check to tell it as, when it is another than the one that looked. */
  readonly as?: Check;
}

/** What is looked for in resources of some types; exports of other tools become such resources too. */
export interface ResourceCheck extends Check {
  readonly types: readonly string[];
  /** Attributes that decide it: if one is known only after apply, so is the answer. */
  readonly decides?: readonly string[];
  find(resource: Resource, terraform: Terraform): Iterable<At>;
}

/** A check that one attribute of a resource decides. */
export function attribute(
  facts: Omit<ResourceCheck, 'find' | 'decides'> & { at: Path; is: (value: unknown) => boolean },
): ResourceCheck {
  const { at, is, ...check } = facts;
  return {
    ...check,
    decides: [String(at[0])],
    *find({ values }) {
      if (is(valueAt(values, at))) yield { path: at };
    },
  };
}

export const isTrue = (value: unknown): boolean => value === true || value === 'true';
export const isNotFalse = (value: unknown): boolean => value !== false && value !== 'false';
export const isFalse = (value: unknown): boolean => !isNotFalse(value);

export const UNDECIDED: Check = {
  id: 'cloud-undecided',
  title: 'A setting that decides whether something is open is known only after apply',
  severity: 'info',
  why: 'The plan holds no value for it, so that nobody can say yet what it will be.',
  fix: 'Check the state after apply: `terraform show -json`.',
  references: ['https://developer.hashicorp.com/terraform/internals/json-format#change-representation'],
};

export const UNCLEAR: Check = {
  id: 'aws-policy-undecided',
  title: 'A policy says something of which nobody can say whom it lets in',
  severity: 'info',
  why: 'A part of it cannot be understood, or rests on what is not known here; it may let strangers in.',
  fix: 'Look at what is named; say it with elements and conditions that AWS documents.',
  references: ['https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html'],
};

/** What checks find in all resources of a plan or state. */
export function resourceHits(checks: readonly ResourceCheck[], terraform: Terraform): Hit[] {
  const hits: Hit[] = [];
  const byType = new Map<string, ResourceCheck[]>();
  for (const check of checks) {
    for (const type of check.types) byType.set(type, [...(byType.get(type) ?? []), check]);
  }
  for (const resource of terraform.resources) {
    for (const { types, decides = [], find, ...check } of byType.get(resource.type) ?? []) {
      const subject = subjectOf(resource);
      const found = [...find(resource, terraform)];
      for (const { path, severity, says, as = check } of found) {
        const title = `${as.title}: ${resource.address}`;
        const within = path.join('.');
        hits.push({
          check: as,
          subject,
          within,
          title,
          ...(severity && { severity }),
          spots: [spotOf(resource, path, says)],
        });
      }
      const unknown = decides.find((one) => isUnknown(resource, one));
      if (found.length === 0 && unknown !== undefined && types.length > 0) {
        const spots = [spotOf(resource, [unknown], 'known after apply')];
        hits.push({ check: UNDECIDED, subject, within: `${check.id} ${unknown}`, spots });
      }
    }
  }
  return hits;
}

function subjectOf({ address, type, values }: Resource): string {
  if (type === 'google_storage_bucket' && typeof values.name === 'string') return `gs://${values.name}`;
  return `terraform:${address}`;
}
