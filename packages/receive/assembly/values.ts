// Values of JSON that JSON.stringify(JSON.parse(text)) would give back byte for byte. Anything else, valid or
// not, is left to the reference: an end of 0 says so.
import { NAMES, NAMES_MAX } from './layout';

/** Numbers have at most so many digits: then the shortest text of the double is the text itself. */
const MAX_DIGITS: i32 = 15;
const MAX_DEPTH: u32 = 16;

/** Whether the last container had white space outside its strings. */
export let spaced: bool = false;
/** Whether the last number was a whole one without a sign. */
export let whole: bool = false;
/** Whether a string in the last container begins with a colon. */
export let colon: bool = false;
let names: u32 = 0;
/** Names of the whole line so far: limits on an event's members are far above what is read here. */
let total: u32 = 0;

export function startLine(): void {
  total = 0;
}

@inline export function isSpace(c: u32): bool {
  return c == 0x20 || c == 0x09 || c == 0x0a || c == 0x0d;
}

@inline export function afterSpace(p: usize): usize {
  while (isSpace(<u32>load<u8>(p))) p++;
  return p;
}

/** Address of the quote that closes the string whose first character is at `p`. */
export function stringEnd(p: usize): usize {
  while (true) {
    const v = v128.load(p);
    const special = v128.or(i8x16.eq(v, i8x16.splat(0x22)), i8x16.eq(v, i8x16.splat(0x5c)));
    const stop = i8x16.bitmask(v128.or(v128.or(special, i8x16.lt_u(v, i8x16.splat(0x20))), v));
    if (!stop) {
      p += 16;
      continue;
    }
    p += ctz(stop);
    const c = <u32>load<u8>(p);
    if (c == 0x22) return p;
    if (c < 0x20) return 0;
    p = c == 0x5c ? afterEscape(p) : afterCharacters(p);
    if (!p) return 0;
  }
}

/** Behind the escape at `p`, if JSON.stringify writes that character so. */
function afterEscape(p: usize): usize {
  const c = <u32>load<u8>(p, 1);
  if (c == 0x22 || c == 0x5c || c == 0x62 || c == 0x66 || c == 0x6e || c == 0x72 || c == 0x74) return p + 2;
  if (c != 0x75 || load<u16>(p, 2) != 0x3030) return 0;
  const high = <u32>load<u8>(p, 4);
  const low = <u32>load<u8>(p, 5);
  const digit = low - 0x30 < 10;
  if (!digit && low - 0x61 >= 6) return 0;
  if (high == 0x31) return p + 6;
  if (high != 0x30) return 0;
  // \b \t \n \f \r have a shorter form.
  return low == 0x38 || low == 0x39 || low == 0x61 || low == 0x63 || low == 0x64 ? 0 : p + 6;
}

@inline function continues(p: usize): bool {
  return (<u32>load<u8>(p) & 0xc0) == 0x80;
}

/** Behind the run of characters beyond ASCII at `p`, if it is UTF-8 (RFC 3629). */
export function afterCharacters(p: usize): usize {
  while (true) {
    const c = <u32>load<u8>(p);
    if (c < 0x80) return p;
    if (c < 0xc2 || !continues(p + 1)) return 0;
    if (c < 0xe0) {
      p += 2;
      continue;
    }
    const second = <u32>load<u8>(p, 1);
    if (!continues(p + 2)) return 0;
    if (c < 0xf0) {
      if ((c == 0xe0 && second < 0xa0) || (c == 0xed && second >= 0xa0)) return 0;
      p += 3;
      continue;
    }
    if (c > 0xf4 || !continues(p + 3)) return 0;
    if ((c == 0xf0 && second < 0x90) || (c == 0xf4 && second >= 0x90)) return 0;
    p += 4;
  }
}

@inline function isDigit(c: u32): bool {
  return c - 0x30 < 10;
}

/** Behind the number at `p`. */
export function numberEnd(p: usize): usize {
  let c = <u32>load<u8>(p);
  whole = c != 0x2d;
  if (!whole) c = <u32>load<u8>(++p);
  const first = p;
  if (!isDigit(c)) return 0;
  p++;
  if (c != 0x30) while (isDigit(<u32>load<u8>(p))) p++;
  let digits = <i32>(p - first);
  if (load<u8>(p) == 0x2e) {
    const point = p++;
    while (isDigit(<u32>load<u8>(p))) p++;
    // No zero at the end; a number below a millionth is written with an exponent.
    if (p == point + 1 || load<u8>(p - 1) == 0x30) return 0;
    if (c == 0x30 && load<u32>(point, 1) == 0x30303030 && load<u16>(point, 5) == 0x3030) return 0;
    digits += <i32>(p - point - 1);
    whole = false;
  } else if (c == 0x30 && !whole) return 0; // -0
  if (digits > MAX_DIGITS) return 0;
  const next = <u32>load<u8>(p);
  return next == 0x2c || next == 0x7d || next == 0x5d || isSpace(next) ? p : 0;
}

/** Behind `true`, `false` or `null` at `p`. */
export function wordEnd(p: usize): usize {
  const word = load<u32>(p);
  if (word == 0x65757274 || word == 0x6c6c756e) return p + 4;
  return word == 0x736c6166 && load<u8>(p, 4) == 0x65 ? p + 5 : 0;
}

/** FNV-1a; names are short, and a coincidence only makes the reference look at the line. */
function hashOfName(start: usize, end: usize): u64 {
  let hash: u64 = 0xcbf29ce484222325;
  for (let p = start; p < end; p++) hash = (hash ^ <u64>load<u8>(p)) * 0x100000001b3;
  return hash;
}

/** Whether a name keeps its place in a JavaScript object and is no accessor's. */
function isOrdinary(start: usize, end: usize): bool {
  let digits = true;
  for (let p = start; p < end && digits; p++) digits = isDigit(<u32>load<u8>(p));
  if (digits) return false;
  return !(end - start == 9 && load<u64>(start) == 0x5f6f746f72705f5f && load<u8>(start, 8) == 0x5f);
}

/** Behind the object or array at `p`. Names come once each, and none is an index. */
export function containerEnd(p: usize): usize {
  spaced = false;
  colon = false;
  names = 0;
  return inside(p, 0);
}

function inside(p: usize, depth: u32): usize {
  if (depth >= MAX_DEPTH) return 0;
  const object = load<u8>(p) == 0x7b;
  const close: u32 = object ? 0x7d : 0x5d;
  const mine = names;
  p = skip(p + 1);
  if (<u32>load<u8>(p) == close) return p + 1;
  while (true) {
    if (object) {
      if (load<u8>(p) != 0x22) return 0;
      const end = stringAt(p);
      if (!end || !isOrdinary(p + 1, end) || ++total > NAMES_MAX) return 0;
      const hash = hashOfName(p + 1, end);
      for (let i = mine; i < names; i++) if (load<u64>(NAMES + <usize>i * 8) == hash) return 0;
      store<u64>(NAMES + <usize>names * 8, hash);
      names++;
      p = skip(end + 1);
      if (load<u8>(p) != 0x3a) return 0;
      p = skip(p + 1);
    }
    p = valueEnd(p, depth);
    if (!p) return 0;
    p = skip(p);
    const c = <u32>load<u8>(p);
    if (c == close) {
      names = mine;
      return p + 1;
    }
    if (c != 0x2c) return 0;
    p = skip(p + 1);
  }
}

@inline function skip(p: usize): usize {
  const after = afterSpace(p);
  if (after != p) spaced = true;
  return after;
}

/** The end of the string whose first quote is at `p`, inside a container. */
@inline function stringAt(p: usize): usize {
  if (load<u8>(p, 1) == 0x3a) colon = true;
  return stringEnd(p + 1);
}

/** Behind the value at `p`, with `depth` containers around it. */
export function valueEnd(p: usize, depth: u32): usize {
  const c = <u32>load<u8>(p);
  if (c == 0x22) {
    const end = stringAt(p);
    return end ? end + 1 : 0;
  }
  if (c == 0x7b || c == 0x5b) return inside(p, depth + 1);
  return c == 0x2d || isDigit(c) ? numberEnd(p) : wordEnd(p);
}
