import { type Event, TacetError } from '@tacet/records';
import { fold } from '@tacet/seal';
import type { Clause, Query } from './ast.ts';
import { boundValue, numberBounds, timeBounds, within } from './bounds.ts';
import { type Field, fieldOf } from './fields.ts';
import { compileRegex } from './regex.ts';
import { targetsOf } from './targets.ts';
import { hasPhrase, unitsOf } from './units.ts';
import { parseInstant, severityRank } from './values.ts';
import { EventView, type Leaf } from './view.ts';

/** Decides whether an event matches; compiled once for many events. */
export type Predicate = (event: Event) => boolean;
type Test = (view: EventView) => boolean;
type LeafTest = (leaf: Leaf) => boolean;

/**
 * The exact meaning of a query, on plain events. Throws QUERY_REGEX for an expression that the parser
 * would not have let through.
 */
export function compileQuery(query: Query): Predicate {
  const test = compile(query);
  return (event) => test(new EventView(event));
}

function compile(query: Query): Test {
  switch (query.type) {
    case 'all':
      return () => true;
    case 'and': {
      const tests = query.of.map(compile);
      return (view) => tests.every((test) => test(view));
    }
    case 'or': {
      const tests = query.of.map(compile);
      return (view) => tests.some((test) => test(view));
    }
    case 'not': {
      const test = compile(query.of);
      return (view) => !test(view);
    }
    default:
      return compileClause(query);
  }
}

function compileClause(clause: Clause): Test {
  if (clause.type === 'text') {
    const contains = containsText(clause.text);
    return (view) => view.leaves.some(contains);
  }
  if (clause.type === 'regex' && clause.field === undefined) {
    const matches = compileRegex(clause.pattern, clause.flags);
    return (view) => view.leaves.some((leaf) => typeof leaf.value === 'string' && matches(leaf.value));
  }
  if (clause.field === undefined) throw new TacetError('INTERNAL', 'a clause without a field');
  const field = fieldOf(clause.field);
  switch (clause.type) {
    case 'regex': {
      const matches = compileRegex(clause.pattern, clause.flags);
      return inField(field, (leaf) => matches(String(leaf.value)));
    }
    case 'is':
      return compileIs(field, clause.value);
    case 'contains': {
      const contains = containsText(clause.text);
      return (view) => view.under(field.paths).some(contains);
    }
    case 'exists':
      if (field.kind === 'time') return () => true;
      if (field.kind === 'fingerprint') return hasFingerprint(field, () => true);
      return (view) => view.under(field.paths).some((leaf) => leaf.value !== '');
    default:
      return compileOrder(field, clause);
  }
}

/** A test of the scalars of a field; prose is what lies below it, too. */
function inField(field: Field, test: LeafTest): Test {
  if (field.kind === 'text') return (view) => view.under(field.paths).some(test);
  return (view) => view.at(field.paths).some(test);
}

/** Words in sequence; a text without a word (`"😀"`, `"->"`) is looked for as it stands, folded. */
function containsText(text: string): LeafTest {
  const folded = fold(text);
  const phrase = unitsOf(folded);
  const first = phrase.words[0];
  if (first === undefined) return (leaf) => typeof leaf.value === 'string' && leaf.folded.includes(folded);
  return (leaf) =>
    // Splitting a text costs more than seeing that the first word is nowhere in it.
    typeof leaf.value === 'string' && leaf.folded.includes(first) && hasPhrase(leaf.units, phrase);
}

function compileIs(field: Field, value: string): Test {
  if (field.kind === 'text') {
    const contains = containsText(value);
    return (view) => view.under(field.paths).some(contains);
  }
  if (field.kind === 'time') {
    const instant = parseInstant(value);
    return (view) => instant !== undefined && within(view.time, { low: instant.first, high: instant.last });
  }
  const targets = targetsOf(field, value);
  const equal = (text: string) => targets.includes(text);
  if (field.kind === 'fingerprint') return hasFingerprint(field, equal);
  return (view) => view.at(field.paths).some((leaf) => equal(leaf.folded));
}

function compileOrder(field: Field, clause: Extract<Clause, { type: 'compare' | 'range' }>): Test {
  if (field.kind === 'time') {
    const bounds = timeBounds(clause);
    return (view) => within(view.time, bounds);
  }
  const bounds = numberBounds(field, clause);
  return (view) =>
    view.at(field.paths).some((leaf) => {
      const value = field.kind === 'severity' ? severityRank(leaf.folded) : numberOf(field, leaf);
      return value !== undefined && within(value, bounds);
    });
}

/** Attributes often hold numbers as text. */
function numberOf(field: Field, leaf: Leaf): number | undefined {
  if (typeof leaf.value === 'number') return leaf.value;
  return typeof leaf.value === 'string' && field.kind === 'plain' ? boundValue(field, leaf.value) : undefined;
}

/** Fingerprints of secrets stand inside markers, anywhere in the event. */
function hasFingerprint(field: Field, accepts: (fingerprint: string) => boolean): Test {
  return (view) =>
    view.at(field.paths).some((leaf) => accepts(leaf.folded)) ||
    view.leaves.some(
      ({ value }) =>
        typeof value === 'string' &&
        [...value.matchAll(/\[secret:[a-z0-9-]+:([0-9a-f]{32})\]/g)].some((found) => accepts(found[1]!)),
    );
}
