import type { Json } from '@tacet/records';
import { type Members, setOwn } from '../members.ts';

/** A step of a path leads to more steps or to a leaf; leaves may themselves be objects. */
type Node = Map<string, Node | { leaf: Json }>;

/** Pieces of one structure, gathered from names like `0.tool_calls.1.name`. */
export class Pieces {
  readonly #root: Node = new Map();

  /** Adds a leaf. @returns false when the place is taken or lies inside another leaf */
  add(path: readonly string[], leaf: Json): boolean {
    let node = this.#root;
    const last = path.length - 1;
    for (let index = 0; index < last; index++) {
      let next = node.get(path[index]!);
      if (next === undefined) {
        next = new Map();
        node.set(path[index]!, next);
      }
      if (!(next instanceof Map)) return false;
      node = next;
    }
    if (node.has(path[last]!)) return false;
    node.set(path[last]!, { leaf });
    return true;
  }

  /** The structure: where all names are numbers stands an array, in order, gaps closed. */
  finish(): Json {
    return build(this.#root);
  }
}

const NUMBER = /^\d{1,5}$/;

function build(node: Node | { leaf: Json }): Json {
  if (!(node instanceof Map)) return node.leaf;
  const keys = [...node.keys()];
  if (keys.every((key) => NUMBER.test(key))) {
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => build(node.get(key)!));
  }
  const members: Members = {};
  for (const key of keys) setOwn(members, key, build(node.get(key)!));
  return members;
}
