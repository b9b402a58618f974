import { handTyped, sequential } from '../values/none.ts';

/** Words of names that do not say whose key it is. */
const NO_OWNER = new Set(
  [
    'api key apikey token secret access auth authorization client app application other my the test user private',
    'bearer oauth jwt rest service',
  ].flatMap((line) => line.split(' ')),
);
/** Keys that are made to be shown, to browsers and apps. */
const PUBLIC = /^(?:pk_(?:live|test)_|pub[-_]|sb_publishable_)/;
/** Those of Midtrans, whose manuals call them keys all the same. */
const TO_BROWSERS = /^(?:SB-)?Mid-client-/;

/** Says of itself that it opens no more than a place to try things. */
const SANDBOX = /(?:^|[_-])(?:test|sandbox|demo|sample)[_-]/;
/** UUIDs and digests: what logs name anything by. */
const ID = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Whether `value` is the alphabet in a key for tests, whoever issues such keys. */
export function sandboxExample(value: string): boolean {
  return SANDBOX.test(value) && handTyped(value);
}

/** Whether another word stands before a name, on its line. */
function wordBefore(text: string, nameAt: number): boolean {
  return /[A-Za-z0-9][ \t]{1,8}$/.test(text.slice(Math.max(0, nameAt - 9), nameAt));
}

/** Whether `value` has the form of an id, and no more is said than that it is a `token`: as likely the id of one. */
export function anyId(value: string, words: readonly string[], text: string, nameAt: number): boolean {
  return words.length === 1 && words[0] === 'token' && ID.test(value) && !wordBefore(text, nameAt);
}

/**
 * Whether `value` is what authors of examples type: the alphabet or a key that is public anyway, under a
 * name that says no more than that it is a key, with no other word before it.
 */
export function exampleOf(value: string, words: readonly string[], text: string, nameAt: number): boolean {
  if (TO_BROWSERS.test(value)) return true;
  if (!words.every((word) => NO_OWNER.has(word)) || wordBefore(text, nameAt)) return false;
  return PUBLIC.test(value) || sequential(value);
}
