import { isRecord, textsIn } from '../json/value.ts';

const MAX_LEVELS = 16;

/**
 * What the configuration within a plan refers to. A new bucket has no name before apply, so that only this says
 * which policy is whose. Through variables of modules and their outputs; `locals` are not in a plan.
 */
export class References {
  readonly #root: Record<string, unknown>;

  constructor(configuration: unknown) {
    const root = isRecord(configuration) ? configuration.root_module : undefined;
    this.#root = isRecord(root) ? root : {};
  }

  /**
   * Addresses, without indices, of the resources that an attribute refers to:
   * `module.logs.aws_s3_bucket.main`, `data.aws_iam_policy_document.read`.
   */
  of(
    { module, type, name, data }: { module: string; type: string; name: string; data: boolean },
    attribute: string,
  ) {
    const path = modulesIn(module);
    const here = this.#module(path);
    const mode = data ? 'data' : 'managed';
    const one = list(here?.resources).find(
      (resource) => resource.type === type && resource.name === name && (resource.mode ?? 'managed') === mode,
    );
    const expressions = isRecord(one?.expressions) ? one.expressions : {};
    return [...new Set(this.#resolve(path, referencesIn(expressions[attribute]), 0))];
  }

  #module(path: readonly string[]): Record<string, unknown> | undefined {
    let at: Record<string, unknown> | undefined = this.#root;
    for (const name of path) at = inside(callOf(at, name)?.module);
    return at;
  }

  #resolve(path: readonly string[], references: readonly string[], level: number): string[] {
    if (level > MAX_LEVELS) return [];
    return references.flatMap((reference) => {
      const [first = '', second = '', third = ''] = reference
        .split('.')
        .map((part) => part.replace(/\[.*$/, ''));
      if (first === 'var') {
        const call = path.length > 0 ? callOf(this.#module(path.slice(0, -1)), path.at(-1)!) : undefined;
        const given = isRecord(call?.expressions) ? call.expressions[second] : undefined;
        return this.#resolve(path.slice(0, -1), referencesIn(given), level + 1);
      }
      if (first === 'module') {
        const outputs = inside(this.#module([...path, second])?.outputs);
        const expression = inside(outputs?.[third])?.expression;
        return this.#resolve([...path, second], referencesIn(expression), level + 1);
      }
      const parts = first === 'data' ? [first, second, third] : [first, second];
      if (parts.includes('') || /^(?:local|each|count|path|self|terraform)$/.test(first)) return [];
      return [[...path.map((name) => `module.${name}`), ...parts].join('.')];
    });
  }
}

/** An address without the indices of `count` and `for_each`. */
export function plainAddress(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, '');
}

const modulesIn = (address: string): string[] =>
  plainAddress(address)
    .split('.')
    .filter((part, at, all) => all[at - 1] === 'module' && part !== '');

const inside = (value: unknown): Record<string, unknown> | undefined => (isRecord(value) ? value : undefined);
const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];

function callOf(
  module: Record<string, unknown> | undefined,
  name: string,
): Record<string, unknown> | undefined {
  const calls = inside(module?.module_calls);
  return calls && Object.hasOwn(calls, name) ? inside(calls[name]) : undefined;
}

/** All references within an expression, or within blocks of them. */
function referencesIn(expression: unknown, level = 0): string[] {
  if (level > MAX_LEVELS || typeof expression !== 'object' || expression === null) return [];
  if (isRecord(expression) && Array.isArray(expression.references)) return textsIn(expression.references);
  return Object.values(expression).flatMap((value) => referencesIn(value, level + 1));
}
