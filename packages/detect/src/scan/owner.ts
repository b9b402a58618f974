import { sequential } from '../values/none.ts';

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

/**
 * Whether `value` is what authors of examples type: the alphabet or a key that is public anyway, under a
 * name that says no more than that it is a key, with no other word before it.
 */
export function exampleOf(value: string, words: readonly string[], text: string, nameAt: number): boolean {
  if (TO_BROWSERS.test(value)) return true;
  if (!words.every((word) => NO_OWNER.has(word))) return false;
  if (/[A-Za-z0-9][ \t]{1,8}$/.test(text.slice(Math.max(0, nameAt - 9), nameAt))) return false;
  return PUBLIC.test(value) || sequential(value);
}
