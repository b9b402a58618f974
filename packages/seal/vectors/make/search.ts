import { concat, toHex } from '../../src/encoding/bytes.ts';
import {
  buildFilter,
  encodeClear,
  FILTER_SLICES,
  SLICE_BYTES,
  sipHash24,
  tokensOfEvent,
  trapdoor,
  wordsOf,
} from '../../src/index.ts';
import { repeatable } from '../../tests/random.ts';
import { clearOf, EVENTS } from './ground.ts';

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
  const filters = SLICE_BYTES.slice(0, 2).map((sliceBytes) => {
    const id = random(16);
    const all = Array.from({ length: sliceBytes }, (_, i) => trapdoor(indexKey, 'n', `${i}`));
    const filter = buildFilter(id, concat(...all), indexKey, sliceBytes);
    return {
      id: toHex(id),
      sliceBytes,
      field: 'n',
      tokens: `"0" to "${sliceBytes - 1}"`,
      filter: toHex(filter),
    };
  });
  return {
    'tokens.json': {
      about: 'Words of texts, tokens of events, and their trapdoors under `indexKey` (docs/format.md, 6).',
      words: TEXTS.map((text) => ({ text, words: wordsOf(text) })),
      events: tokens,
      indexKey: toHex(indexKey),
      trapdoors,
    },
    'filters.json': {
      about: `SipHash-2-4, and filters of ${FILTER_SLICES} slices for the tokens (n, "0"), (n, "1"), … (docs/format.md, 6).`,
      siphash: [0, 7, 8, 17, 40].map((length) => {
        const [key, message] = [random(16), random(length)];
        return { key: toHex(key), message: toHex(message), hash: toHex(sipHash24(key, message)) };
      }),
      indexKey: toHex(indexKey),
      filters,
    },
    'clear.json': {
      about: 'Clear columns and their canonical bytes (docs/format.md, 7).',
      columns: clearOf(EVENTS),
      bytes: toHex(encodeClear(clearOf(EVENTS))),
    },
  };
}
