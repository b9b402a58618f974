import {
  CHINESE,
  CHINESE_ANSWERS,
  CHINESE_COMPOSED,
  CHINESE_OPENINGS,
  CHINESE_THOUGHTS,
  CHINESE_TOPICS,
} from './material/chinese.ts';
import { ENGLISH } from './material/english.ts';
import { ANSWERS, COMPOSED, OPENINGS, THOUGHTS } from './material/sentences.ts';
import { TOPICS } from './material/topics.ts';
import type { Random } from './random.ts';
import type { Session } from './sessions.ts';
import { render, type Template, template, type Vocabulary, withCapitals } from './template.ts';

/** One turn of a conversation. */
export interface Turn {
  title: string;
  question: string;
  thought: string;
  answer: string;
}

interface Topic {
  things: readonly string[];
  openings: Template[];
  /** Phrases people expect of an assistant. */
  answers: Template[];
  /** Sentences with a slot almost every word; most of an answer. */
  composed: Template[];
  thoughts: Template[];
}

type Sentences = { [Part in Exclude<keyof Topic, 'things'>]: readonly string[] };

function topics(
  general: Vocabulary,
  all: readonly { things: readonly string[]; actions: readonly string[] }[],
  texts: Sentences,
): Topic[] {
  return all.map(({ things, actions }) => {
    const other = all.flatMap((topic) => topic.things);
    const vocabulary = withCapitals({ ...general, thing: things, action: actions, other });
    const compile = (part: keyof Sentences) => texts[part].map((text) => template(text, vocabulary));
    return {
      things,
      openings: compile('openings'),
      answers: compile('answers'),
      composed: compile('composed'),
      thoughts: compile('thoughts'),
    };
  });
}

const ENGLISH_TOPICS = topics(ENGLISH, TOPICS, {
  openings: OPENINGS,
  answers: ANSWERS,
  composed: COMPOSED,
  thoughts: THOUGHTS,
});
const HAN_TOPICS = topics(CHINESE, CHINESE_TOPICS, {
  openings: CHINESE_OPENINGS,
  answers: CHINESE_ANSWERS,
  composed: CHINESE_COMPOSED,
  thoughts: CHINESE_THOUGHTS,
});

function answer(chosen: Topic, count: number, glue: string, random: Random): string {
  let text = '';
  for (let index = 0; index < count; index++) {
    if (index > 0) text += random.below(5) === 0 ? '\n\n' : glue;
    text += render(random.pick(random.chance(0.15) ? chosen.answers : chosen.composed), random);
  }
  return text;
}

/** A turn about one topic; `planted` texts stand in the user's words. */
export function sampleTurn(
  language: Session['language'],
  random: Random,
  planted: readonly string[] = [],
): Turn {
  const chinese = language === 'zh';
  const chosen = random.pick(chinese ? HAN_TOPICS : ENGLISH_TOPICS);
  const glue = chinese ? '' : ' ';
  let question = render(random.pick(chosen.openings), random);
  if (random.chance(0.6)) question += glue + render(random.pick(chosen.composed), random);
  for (const text of planted)
    question += `${chinese ? '另外：' : ' By the way: '}${text}${chinese ? '。' : '.'}`;
  return {
    title: `${random.pick(chosen.things)}${chinese ? '与' : ' and '}${random.pick(chosen.things)}`,
    question,
    thought: render(random.pick(chosen.thoughts), random),
    answer: answer(chosen, random.between(2, chinese ? 4 : 6), glue, random),
  };
}
