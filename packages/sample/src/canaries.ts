import { CHINESE } from './material/chinese.ts';
import { ENGLISH } from './material/english.ts';
import { Random } from './random.ts';
import { SECRET_TYPES, sampleSecret } from './secrets.ts';

/** A text planted in the sample that nobody without a key may ever find again. */
export interface Canary {
  kind: 'name' | 'email' | 'phone' | 'sentence' | 'chinese-sentence' | 'chinese-name' | 'secret';
  /** What to look for. */
  text: string;
  /** How the sample spells it; holds `text`. */
  shown: string;
  /** Kind of secret (SECRET_TYPES), '' for user text. */
  secretType: string;
}

const SYLLABLES = ['bra', 'quor', 'thel', 'vin', 'zum', 'lark', 'osk', 'pell', 'drin', 'fyx', 'jorn', 'wex'];
const RARE_HAN = [
  '翊',
  '翀',
  '嫄',
  '彧',
  '璟',
  '玥',
  '垚',
  '骁',
  '姝',
  '祎',
  '昶',
  '晗',
  '琰',
  '骞',
  '珩',
  '赟',
];
const THINGS = ['heron', 'lantern', 'violin', 'orchard', 'compass', 'kettle', 'meadow', 'anvil', 'sparrow'];
const THINGS_ZH = ['白鹭', '灯塔', '提琴', '果园', '罗盘', '铜壶', '草甸', '石桥', '麻雀'];

function rareName(random: Random): string {
  const name = random.pick(SYLLABLES) + random.pick(SYLLABLES) + random.pick(SYLLABLES);
  return name[0]!.toUpperCase() + name.slice(1);
}

const USER_TEXT: { [Kind in Exclude<Canary['kind'], 'secret'>]: (random: Random) => string } = {
  name: (random) => `${random.pick(ENGLISH.first)} ${rareName(random)}-${rareName(random)}`,
  email: (random) => `${rareName(random).toLowerCase()}.${random.between(1000, 99999)}@mail.example.org`,
  phone: (random) => `+49 151 ${random.between(10_000_000, 99_999_999)}`,
  sentence: (random) =>
    `the ${random.pick(ENGLISH.adjective)} ${random.pick(THINGS)} of ${rareName(random)} hides ${random.between(1000, 99999)} letters from my ${random.pick(ENGLISH.relation)}`,
  'chinese-sentence': (random) =>
    `${random.pick(CHINESE.adjective)}的${random.pick(THINGS_ZH)}在第${random.between(1000, 99999)}号${random.pick(THINGS_ZH)}旁等${random.pick(RARE_HAN)}${random.pick(RARE_HAN)}`,
  'chinese-name': (random) =>
    `${random.pick(CHINESE.surname)}${random.pick(RARE_HAN)}${random.pick(RARE_HAN)}（工号${random.between(10_000, 999_999)}）`,
};

/**
 * The canaries of a sample: `perKind` of each kind of user text (24 unless told) and two of each kind of
 * secret. The same seed gives the same list; all texts differ.
 */
export function canariesOf(seed: number | string, perKind = 24): Canary[] {
  const random = new Random(`canaries ${seed}`);
  const canaries = new Map<string, Canary>();
  for (const [kind, make] of Object.entries(USER_TEXT)) {
    for (let made = 0; made < perKind; ) {
      const text = make(random);
      if (canaries.has(text)) continue;
      canaries.set(text, { kind: kind as keyof typeof USER_TEXT, text, shown: text, secretType: '' });
      made++;
    }
  }
  for (const type of SECRET_TYPES) {
    for (let made = 0; made < 2; made++) {
      const { secret, shown } = sampleSecret(type, random);
      canaries.set(secret, { kind: 'secret', text: secret, shown, secretType: type });
    }
  }
  return [...canaries.values()];
}
