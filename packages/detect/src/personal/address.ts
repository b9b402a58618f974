import type { Confidence, PersonalFinding } from './finding.ts';

const IPV4 = /(?<![\w.-])(?:\d{1,3}\.){3}\d{1,3}(?![\w]|\.\d)/g;
/** Global and local unicast: the first group has four digits. */
const IPV6 =
  /(?<![\w:.])[23f][0-9a-f]{3}:(?:[0-9a-f]{1,4}:){0,6}(?:[0-9a-f]{1,4}|:(?:[0-9a-f]{1,4}:){0,5}[0-9a-f]{0,4})(?![\w:])/gi;

/** Addresses of the internet protocol: personal data where a person is behind them (GDPR, recital 30). */
export function addresses(text: string): PersonalFinding[] {
  const found: PersonalFinding[] = [];
  const add = (confidence: Confidence | undefined, start: number, length: number) => {
    if (confidence) found.push({ kind: 'ip-address', start, end: start + length, confidence });
  };
  for (const { 0: written, index } of text.matchAll(IPV4)) {
    if (!/version\W{0,3}$/i.test(text.slice(Math.max(0, index - 12), index)))
      add(ofVersion4(written), index, written.length);
  }
  if (text.includes(':'))
    for (const { 0: written, index } of text.matchAll(IPV6)) add(ofVersion6(written), index, written.length);
  return found;
}

/** Undefined for what is no address of a single machine. */
function ofVersion4(written: string): Confidence | undefined {
  const parts = written.split('.');
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
  const [a, b, c] = parts.map(Number) as [number, number, number];
  // This network, loopback, multicast, reserved: RFC 6890.
  if (a === 0 || a === 127 || a >= 224) return undefined;
  const shared = a === 100 && b >= 64 && b < 128;
  const here =
    a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254);
  const manuals =
    (a === 192 && b === 0 && c === 2) ||
    (a === 198 && b === 51 && c === 100) ||
    (a === 203 && b === 0 && c === 113);
  return shared || here || manuals ? 'low' : 'medium';
}

/** RFC 4291: eight groups, or fewer around one `::`. */
function ofVersion6(written: string): Confidence | undefined {
  const [left = '', right, more] = written.split('::');
  if (more !== undefined) return undefined;
  const groups = [...left.split(':'), ...(right ? right.split(':') : [])].filter((group) => group !== '');
  if (right === undefined ? groups.length !== 8 : groups.length > 7) return undefined;
  const first = Number.parseInt(left, 16);
  if (first >= 0x2000 && first <= 0x3fff) return /^2001:0?db8:/i.test(written) ? 'low' : 'medium';
  return (first >= 0xfc00 && first <= 0xfdff) || (first >= 0xfe80 && first <= 0xfebf) ? 'low' : undefined;
}
