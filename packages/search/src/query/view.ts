import type { Event, Json } from '@tacet/records';
import { fold } from '@tacet/seal';
import { type Units, unitsOf } from './units.ts';

/** One scalar of an event. Folding and splitting happen when first asked for, and once. */
export class Leaf {
  /** Keys joined by '.', array indices skipped. */
  readonly path: string;
  readonly value: string | number | boolean;
  #folded: string | undefined;
  #units: Units | undefined;

  constructor(path: string, value: string | number | boolean) {
    this.path = path;
    this.value = value;
  }

  get folded(): string {
    this.#folded ??= fold(String(this.value));
    return this.#folded;
  }

  get units(): Units {
    this.#units ??= unitsOf(this.folded);
    return this.#units;
  }
}

/** An event as conditions see it: a list of scalars with their paths. */
export class EventView {
  /** Every scalar but the time; the kinds of secret found are values at `secrets`. */
  readonly leaves: readonly Leaf[];
  /** Nanoseconds since 1970. */
  readonly time: bigint;

  constructor(event: Event) {
    this.time = BigInt(event.time);
    this.leaves = leavesOf(event);
  }

  /** The scalars at any of `paths`. */
  at(paths: readonly string[]): Leaf[] {
    return this.leaves.filter((leaf) => paths.includes(leaf.path));
  }

  /** The scalars at any of `paths` or below it. */
  under(paths: readonly string[]): Leaf[] {
    return this.leaves.filter(({ path }) =>
      paths.some((top) => path === top || (path.length > top.length && path.startsWith(`${top}.`))),
    );
  }
}

function leavesOf(event: Event): Leaf[] {
  const { time: _, secrets, ...members } = event;
  const leaves: Leaf[] = [];
  // A stack of its own: how deep a row nests is the writer's choice.
  const open: { path: string; value: Json }[] = [{ path: '', value: members as { [key: string]: Json } }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { path, value } = next;
    if (value === null) continue;
    if (typeof value !== 'object') leaves.push(new Leaf(path, value));
    else if (Array.isArray(value)) for (const item of value) open.push({ path, value: item });
    else
      for (const key of Object.keys(value))
        open.push({ path: path === '' ? key : `${path}.${key}`, value: value[key]! });
  }
  for (const kind of Object.keys(secrets ?? {})) leaves.push(new Leaf('secrets', kind));
  return leaves;
}
