import { alike, isDay, isShortDay, luhn, mod, mod11and10, verhoeff, weighed } from './checks.ts';
import type { Confidence } from './finding.ts';

/** A national id that is all digits, perhaps with one letter at its end. */
export interface NumberRule {
  readonly kind: string;
  readonly length: number;
  /** Whether the digits can be such an id. */
  readonly holds: (digits: string) => boolean;
  /** How it is written in groups; confidence of that alone. */
  readonly form?: { readonly written: RegExp; readonly confidence: Confidence };
  /** What names it, right before it; then it is beyond doubt. */
  readonly told: RegExp;
  /** Confidence of the digits alone; without it they need a form or a name. */
  readonly bare?: Confidence;
}

/** Between the name and the number: `ssn":"`, `SSN is `. */
const told = (names: string) =>
  new RegExp(`(?:${names})[\\w.)]{0,12}["'\\s:=#：]{0,6}(?:is |no\\.? |nr\\.? |number )?["']?$`);

const slice = (digits: string, from: number, to: number) => Number(digits.slice(from, to));
const PROVINCES = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])/;

/** Sources are the issuing authorities' own descriptions, named where there is a document. */
export const NUMBERS: readonly NumberRule[] = [
  {
    // GB 11643-1999; ISO/IEC 7064 MOD 11-2.
    kind: 'cn-resident-id',
    length: 18,
    holds: (id) =>
      PROVINCES.test(id) &&
      isDay(slice(id, 6, 10), slice(id, 10, 12), slice(id, 12, 14)) &&
      '10X98765432'[weighed(id, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]) % 11] === id[17],
    told: told('身份证|身份證|resident id|id card'),
    bare: 'high',
  },
  {
    // Social Security Administration, randomisation of 2011; numbers that advertisements made public are nobody's.
    kind: 'us-ssn',
    length: 9,
    holds: (id) =>
      !/^(?:000|666|9)/.test(id) &&
      !/^\d{3}00|0000$/.test(id) &&
      !alike(id) &&
      !['078051120', '219099999', '123456789'].includes(id),
    form: { written: /^\d{3}-\d{2}-\d{4}$/, confidence: 'medium' },
    told: told('ssn|social security'),
  },
  {
    // UIDAI; Verhoeff.
    kind: 'in-aadhaar',
    length: 12,
    holds: (id) => /^[2-9]/.test(id) && !alike(id) && verhoeff(id),
    form: { written: /^\d{4}([ -])\d{4}\1\d{4}$/, confidence: 'medium' },
    told: told('aadhaar|aadhar|uidai|आधार'),
  },
  {
    // Bundeszentralamt für Steuern: of the first ten digits one stands twice or thrice.
    kind: 'de-steuer-id',
    length: 11,
    holds: (id) => {
      const counts = [...'0123456789'].map((digit) => id.slice(0, 10).split(digit).length - 1);
      const many = counts.filter((count) => count > 1);
      return id[0] !== '0' && many.length === 1 && many[0]! <= 3 && mod11and10(id);
    },
    form: { written: /^\d{2} \d{3} \d{3} \d{3}$/, confidence: 'medium' },
    told: told('steuer-?id|steueridentifikationsnummer|idnr|steuer-idnr|identifikationsnummer|tax id'),
  },
  {
    // INSEE: 97 less the rest. Corsica's letters are told by LETTERED.
    kind: 'fr-nir',
    length: 15,
    holds: (id) =>
      /^[1278]\d{2}(?:0[1-9]|1[0-2])/.test(id) && 97 - mod(id.slice(0, 13), 97) === slice(id, 13, 15),
    form: { written: /^\d \d{2} \d{2} \d{2} \d{3} \d{3}(?: \d{2})$/, confidence: 'high' },
    told: told('nir|sécurité sociale|securite sociale|insee'),
    bare: 'medium',
  },
  {
    // Receita Federal.
    kind: 'br-cpf',
    length: 11,
    holds: (id) => {
      const check = (count: number) =>
        ((weighed(
          id,
          Array.from({ length: count }, (_, i) => count + 1 - i),
        ) *
          10) %
          11) %
        10;
      return !alike(id) && check(9) === Number(id[9]) && check(10) === Number(id[10]);
    },
    form: { written: /^\d{3}\.\d{3}\.\d{3}-\d{2}$/, confidence: 'high' },
    told: told('cpf'),
  },
  {
    // Rijksdienst voor Identiteitsgegevens: the test of eleven.
    kind: 'nl-bsn',
    length: 9,
    holds: (id) => !alike(id) && weighed(id, [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0,
    told: told('bsn|burgerservicenummer|sofinummer'),
  },
  {
    kind: 'be-national-number',
    length: 11,
    holds: (id) =>
      isShortDay(id) &&
      [id.slice(0, 9), `2${id.slice(0, 9)}`].some((all) => 97 - mod(all, 97) === slice(id, 9, 11)),
    form: { written: /^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}$/, confidence: 'high' },
    told: told('rijksregister|registre national|niss|insz'),
  },
  {
    // The century stands in the month.
    kind: 'pl-pesel',
    length: 11,
    holds: (id) => {
      const month = slice(id, 2, 4) % 20;
      const day = `${id.slice(0, 2)}${String(month).padStart(2, '0')}${id.slice(4, 6)}`;
      return isShortDay(day) && weighed(id, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;
    },
    told: told('pesel'),
  },
  {
    kind: 'se-personnummer',
    length: 10,
    holds: (id) => isShortDay(id) && luhn(id),
    form: { written: /^\d{6}-\d{4}$/, confidence: 'medium' },
    told: told('personnummer|personnr'),
  },
  {
    // Numbers given since October 2020 have no check digit.
    kind: 'kr-resident-number',
    length: 13,
    holds: (id) => isShortDay(id) && /^\d{6}[1-8]/.test(id),
    form: { written: /^\d{6}-\d{7}$/, confidence: 'medium' },
    told: told('주민등록번호|주민번호|rrn'),
  },
  {
    kind: 'tr-identity-number',
    length: 11,
    holds: (id) => {
      const odd = weighed(id, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
      const even = weighed(id, [0, 1, 0, 1, 0, 1, 0, 1]);
      const tenth = (((odd * 7 - even) % 10) + 10) % 10;
      return id[0] !== '0' && tenth === Number(id[9]) && (odd + even + tenth) % 10 === Number(id[10]);
    },
    told: told('tckn|kimlik'),
  },
  {
    kind: 'ca-sin',
    length: 9,
    holds: (id) => !/^[08]/.test(id) && luhn(id),
    told: told('\\bsin|social insurance'),
  },
  {
    kind: 'au-tfn',
    length: 9,
    holds: (id) => !alike(id) && weighed(id, [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0,
    told: told('tfn|tax file'),
  },
  {
    kind: 'za-id-number',
    length: 13,
    holds: (id) => isShortDay(id) && /^\d{10}[01]/.test(id) && luhn(id),
    told: told('id number|identity number|said'),
  },
  {
    // Japan's My Number: Ministry of Internal Affairs, ordinance 85 of 2014.
    kind: 'jp-my-number',
    length: 12,
    holds: (id) => {
      const rest = weighed(id, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
      return !alike(id) && (rest <= 1 ? 0 : 11 - rest) === Number(id[11]);
    },
    told: told('my ?number|マイナンバー|個人番号'),
  },
  {
    // Switzerland's AHV number is an EAN-13 that begins with 756.
    kind: 'ch-ahv',
    length: 13,
    holds: (id) => id.startsWith('756') && weighed(id, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0,
    form: { written: /^756\.\d{4}\.\d{4}\.\d{2}$/, confidence: 'high' },
    told: told('ahv|avs'),
  },
];
