import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { TacetError } from '@tacet/records';

/** One of the equal choices of the OWASP Password Storage Cheat Sheet: 46 MiB, one pass, one lane. */
const COST = { memory: 47_104, passes: 1, parallelism: 1 };
const SALT = 16;
const TAG = 32;
const LENGTH = { least: 12, most: 256 };
/** Different characters that a password has at least. */
const DIFFERENT = 5;
/** Computed at once at most: each takes 46 MiB, and anybody may ask. */
const AT_ONCE = 2;
const WAITING = 32;

const PHC =
  /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,64})\$([A-Za-z0-9+/]{32,128})$/;

const compute = promisify(argon2);
const unpadded = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/=+$/, '');

let running = 0;
const queue: (() => void)[] = [];

/** Runs a few at a time. Throws SIGNIN_LIMITED when too many wait. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (queue.length >= WAITING) throw new TacetError('SIGNIN_LIMITED', 'too many people sign in at once');
    await new Promise<void>((resolve) => queue.push(resolve));
  }
  running++;
  try {
    return await work();
  } finally {
    running--;
    queue.shift()?.();
  }
}

const derive = (password: string, nonce: Uint8Array, cost: typeof COST, tagLength: number) =>
  inTurn(() =>
    // The same characters typed on another system give the same password.
    compute('argon2id', { message: password.normalize('NFKC'), nonce, tagLength, ...cost }),
  );

/** Throws PASSWORD_WEAK for one that is short, overlong, monotonous or the account's own name. */
export function checkPassword(password: string, name: string): void {
  const weak = (why: string) => new TacetError('PASSWORD_WEAK', why);
  const characters = [...password];
  if (characters.length < LENGTH.least) throw weak(`a password has at least ${LENGTH.least} characters`);
  if (characters.length > LENGTH.most) throw weak(`a password has at most ${LENGTH.most} characters`);
  if (new Set(characters).size < DIFFERENT) throw weak('the password repeats too few characters');
  if (password.toLowerCase().includes(name.toLowerCase()) && name.length > 3)
    throw weak('the password contains the name of the account');
}

/** A PHC string of the password under a random salt (argon2id, RFC 9106). */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT);
  const tag = await derive(password, salt, COST, TAG);
  const { memory, passes, parallelism } = COST;
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** Compared with when there is nothing to compare with, so that the time does not tell which names exist. */
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(randomBytes(SALT))}$${unpadded(randomBytes(TAG))}`;

/** Whether the password is the one of `kept`; takes as long when nothing is kept. */
export async function verifyPassword(password: string, kept: string | undefined): Promise<boolean> {
  const [, memory, passes, parallelism, salt, tag] = PHC.exec(kept ?? NOBODY) ?? [];
  if (!salt || !tag || [...password].length > LENGTH.most) return false;
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const expected = Buffer.from(tag, 'base64');
  const actual = await derive(password, Buffer.from(salt, 'base64'), cost, expected.length);
  return timingSafeEqual(actual, expected) && kept !== undefined;
}
