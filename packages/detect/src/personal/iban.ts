import type { PersonalFinding } from './finding.ts';

/** Lengths by country: SWIFT's IBAN registry. */
const LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 ' +
    'EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 ' +
    'KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 ' +
    'PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 ' +
    'UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);
const CANDIDATE = /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?=[ -]?[A-Za-z0-9]{4})/g;
/** Letters and the blanks between groups of four. */
const LONGEST = 34 + 9;

/** International bank account numbers (ISO 13616), written together or in groups. */
export function ibans(text: string): PersonalFinding[] {
  const found: PersonalFinding[] = [];
  for (const { 0: head, index } of text.matchAll(CANDIDATE)) {
    const length = LENGTHS.get(head.slice(0, 2).toUpperCase());
    if (length === undefined) continue;
    const written = takeLetters(text.slice(index, index + LONGEST), length);
    if (!written || /^[A-Za-z0-9]/.test(text.slice(index + written.length))) continue;
    if (rest97(written.replace(/[ -]/g, '').toUpperCase()) === 1)
      found.push({ kind: 'iban', start: index, end: index + written.length, confidence: 'high' });
  }
  return found;
}

/** The start of `text` that has `count` letters and digits, with single blanks between; undefined when it ends before. */
function takeLetters(text: string, count: number): string | undefined {
  let left = count;
  for (let at = 0; at < text.length; at++) {
    if (/[A-Za-z0-9]/.test(text[at]!)) {
      if (--left === 0) return text.slice(0, at + 1);
    } else if (!/[ -]/.test(text[at]!) || /[ -]/.test(text[at - 1]!)) return undefined;
  }
  return undefined;
}

/** ISO/IEC 7064 MOD 97-10: the first four go to the end, a letter counts 10 to 35. */
function rest97(letters: string): number {
  let rest = 0;
  for (const letter of letters.slice(4) + letters.slice(0, 4))
    for (const digit of String(Number.parseInt(letter, 36))) rest = (rest * 10 + Number(digit)) % 97;
  return rest;
}
