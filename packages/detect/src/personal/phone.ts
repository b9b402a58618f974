import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { before, type Confidence, type PersonalFinding } from './finding.ts';

const INTERNATIONAL = /(?<![\w+])\+[1-9](?:[ ().\-/]{0,2}\d){6,14}(?!\d)/g;
/** Three groups as North America writes them: the separators tell it from other numbers. */
const AMERICAN = /(?<![\w.+-])(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}(?![\w-]|\.\d)/g;
const NATIONAL = /(?<![\w.+-])\(?0?[1-9](?:[ ().\-/]{0,2}\d){6,12}(?![\w-]|\.\d)/g;
/** Mobile numbers in China are written without separators, as other numbers are. */
const CHINESE = /^1[3-9]\d{9}$/;
const TOLD =
  /(?:(?:\b|_)(?:tel|cell|sms|fax|msisdn)|telefon|telephone|téléphone|telefono|telefone|phone|mobile|mobil|handy|whatsapp|电话|手机|联系方式|電話|携帯)(?:[ _-]?(?:number|nummer|número|numero|num|nr|no|号码|号|番号))?\.?["'\s:=：是为]{0,8}$/;
/** Whose plans a number is tried by when it names no country. */
const COUNTRIES: readonly CountryCode[] = [
  'US',
  'CN',
  'GB',
  'DE',
  'FR',
  'IN',
  'JP',
  'BR',
  'ES',
  'IT',
  'KR',
  'MX',
];

/** Telephone numbers by the plans of their countries: with `+`, in American groups, or where a name says so. */
export function phones(text: string): PersonalFinding[] {
  const found: PersonalFinding[] = [];
  const add = (written: string, start: number, confidence: Confidence) =>
    found.push({ kind: 'phone', start, end: start + written.length, confidence });
  if (text.includes('+'))
    for (const { 0: written, index } of text.matchAll(INTERNATIONAL))
      if (parsePhoneNumberFromString(written)?.isValid()) add(written, index, 'high');
  for (const { 0: written, index } of text.matchAll(AMERICAN))
    if (parsePhoneNumberFromString(written, 'US')?.isValid()) add(written, index, 'medium');
  for (const { 0: written, index } of text.matchAll(NATIONAL)) {
    if (!TOLD.test(before(text, index))) {
      if (CHINESE.test(written) && parsePhoneNumberFromString(written, 'CN')?.isValid())
        add(written, index, 'low');
    } else if (COUNTRIES.some((country) => parsePhoneNumberFromString(written, country)?.isValid()))
      add(written, index, 'high');
  }
  return found;
}
