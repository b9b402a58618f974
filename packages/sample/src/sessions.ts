import { DIRECTORIES, FILES, MODELS, USER_AGENTS } from './material/backend.ts';
import type { Random } from './random.ts';

/** Someone talking to the platform: the ids that recur over the rows of one conversation. */
export interface Session {
  user: string;
  conversation: string;
  trace: string;
  language: 'en' | 'zh';
  model: number;
  /** `_source` of the leaked table: origin of the request, as a JSON text. */
  source: string;
}

/** Conversations that go on at the same time; each row belongs to one, old ones end, new ones begin. */
export class Sessions {
  readonly #open: Session[];
  readonly #random: Random;

  constructor(random: Random, size = 240) {
    this.#random = random;
    this.#open = Array.from({ length: size }, () => begin(random));
  }

  next(): Session {
    const place = this.#random.below(this.#open.length);
    if (this.#random.chance(0.14)) this.#open[place] = begin(this.#random);
    const session = this.#open[place]!;
    if (this.#random.chance(0.4)) session.trace = this.#random.hex(32);
    return session;
  }
}

function begin(random: Random): Session {
  const user = String(random.between(10_000_000, 99_999_999));
  const conversation = random.uuid();
  const language = random.chance(0.88) ? 'en' : 'zh';
  const model = random.below(MODELS.length);
  const ip = `${random.between(11, 223)}.${random.below(256)}.${random.below(256)}.${random.between(1, 254)}`;
  const source = JSON.stringify({
    chat_session_id: conversation,
    user_id: Number(user),
    ip,
    ...(random.chance(0.4) ? { ua: random.pick(USER_AGENTS) } : {}),
    ...(random.chance(0.3) ? { dir: `${random.pick(DIRECTORIES)}/${random.pick(FILES)}` } : {}),
    bot: { model: MODELS[model], temperature: random.below(20) / 10, locale: language },
  });
  return { user, conversation, trace: random.hex(32), language, model, source };
}
