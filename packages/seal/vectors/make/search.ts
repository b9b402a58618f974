import { concat, toHex } from '../../src/encoding/bytes.ts';
import {
  buildFilter,
  encodeClear,
  FILTER_FORMS,
  FILTER_SLICES,
  type FilterForm,
  sipHash24,
  tokensOfEvent,
  trapdoor,
  wordsOf,
} from '../../src/index.ts';
import { repeatable } from '../../tests/random.ts';
import { clearOf, EVENTS, plainColumns } from './ground.ts';

const TEXTS = [
  'Hello, WORLD_1! naïve x-y',
  'ＡＢＣ ﬁne Ⅷ ① ½',
  'ΣΊΣΥΦΟΣ İstanbul straße',
  '包裹在哪里 GPT模型v2 我',
  'ラーメン カタカナー 한국어 𠮷野家 々',
  `${'é'.repeat(31)}aéé ${'a'.repeat(70)}`,
  '\ud800 lone e\u0301 か\u3099 [secret:aws-key:0123456789abcdef0123456789abcdef]',
];

/** Tokens, trapdoors, SipHash, filters and clear columns. */
export async function searchVectors(): Promise<Record<string, unknown>> {
  const random = repeatable('search vectors');
  const indexKey = random(32);
  const tokens = EVENTS.map((event) => {
    const seen = new Set<string>();
    tokensOfEvent(event, (field, token) => seen.add(JSON.stringify([field, token])));
    return {
      event: JSON.stringify(event),
      tokens: [...seen].sort().map((one) => JSON.parse(one) as [string, string]),
    };
  });
  const trapdoors = tokens
    .flatMap((one) => one.tokens)
    .map(([field, token]) => ({
      field,
      token,
      trapdoor: toHex(trapdoor(indexKey, field, token)),
    }));
  const filterOf = (form: FilterForm) => {
    const id = random(16);
    const all = Array.from({ length: form.sliceBytes }, (_, i) => trapdoor(indexKey, 'n', `${i}`));
    return {
      id: toHex(id),
      ...form,
      field: 'n',
      tokens: `"0" to "${form.sliceBytes - 1}"`,
      filter: toHex(buildFilter(id, concat(...all), indexKey, form)),
    };
  };
  const whole = FILTER_FORMS.slice(0, 2).map(filterOf);
  const siphash = [0, 7, 8, 17, 40].map((length) => {
    const [key, message] = [random(16), random(length)];
    return { key: toHex(key), message: toHex(message), hash: toHex(sipHash24(key, message)) };
  });
  const inBlocks = FILTER_FORMS.filter(({ blocks, sliceBytes }) => blocks > 1 && sliceBytes < 200).map(
    filterOf,
  );
  return {
    'tokens.json': {
      about: 'Words of texts, tokens of events, and their trapdoors under `indexKey` (docs/format.md, 6).',
      words: TEXTS.map((text) => ({ text, words: wordsOf(text) })),
      events: tokens,
      indexKey: toHex(indexKey),
      trapdoors,
    },
    'filters.json': {
      about: `SipHash-2-4, and filters of blocks of ${FILTER_SLICES} slices for the tokens (n, "0"), (n, "1"), … (docs/format.md, 6).`,
      siphash,
      indexKey: toHex(indexKey),
      filters: [...whole, ...inBlocks],
    },
    'clear.json': {
      about: 'Clear columns and their canonical bytes (docs/format.md, 7).',
      columns: plainColumns(clearOf(EVENTS)),
      bytes: toHex(encodeClear(clearOf(EVENTS))),
    },
  };
}
