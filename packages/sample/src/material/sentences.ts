/**
 * English sentences with slots. Slots `thing` and `action` are of the chat's topic, `other` is a thing of any
 * topic, the rest are of ENGLISH; a capital letter begins the word with one.
 */
export const OPENINGS = [
  'Can you {verb} how to {action} the {thing} before {day}?',
  'Hi, my {relation} {past} the {thing} and now the {thing} looks {adjective}. What should I do?',
  'Please {verb} this paragraph about {thing} and keep it {adjective}, {number} words at most.',
  'I am {feeling} because {first} {past} my {thing} in {city}. How do I {action} it without losing {money}?',
  'What is the difference between {thing} and {thing} when you {adverb} {action} one of them?',
  'Write a {adjective} message to {first} {last} at {company} about the {thing}, mention {money} and {month}.',
  'Is it {adjective} to {action} a {thing} {small} times a week? My {relation} says it costs {abstract}.',
  'We have {number} {thing} and only {small} days in {city}. {verb} a {adjective} list please.',
  'Give me {small} {adjective} ideas for a {thing}, my {relation} turns {number} in {month}.',
  'Why does the {thing} {adverb} fail after I {action} the {thing}? I {past} everything on {day}.',
  'How would {first} {action} {thing} if the {abstract} is {adjective}?',
  'Role-play: you are a {adjective} {relation} in {city} who {past} a {thing}. Start with the {abstract}.',
  'I need to {verb} {thing} for {company} by {day}, budget {money}, any {adjective} advice on {thing}?',
  'Continue: the {thing} was {adjective}, and {first} {adverb} {past} it near {city}.',
  'My number is {number}-{number}, call me if the {thing} arrives. Also {verb} the {thing} note for {relation}.',
  'Between us, my {relation} {first} {past} {money} from {company}. Should I {action} the {thing} or stay {adjective}?',
  '{ask} {verb} {det} {adjective} {thing} {prep} {det} {thing}, {conj} {pronoun} {adverb} {past} {det} {abstract}.',
  '{ask} {action} {thing}, {thing} and {thing} {prep} {city}? {pronoun} {modal} {verb} {det} {relation}.',
  '{Det} {adjective} {relation} {past} {det} {thing} {prep} {day}, {conj} {first} {last} is {feeling}.',
  '{Thing}, {adjective} or {adjective}: {money} in {month}, {small} {thing} for {first}?',
] as const;

export const ANSWERS = [
  'Start by checking whether the {thing} is {adjective}; if it is, {action} it {adverb} before you touch the {thing}.',
  'A {adjective} {thing} usually means that the {abstract} was {adverb} ignored.',
  'In {city} the rule is {small} weeks, so put {day} in your calendar and keep the {thing} {adjective}.',
  'Think of {thing} as a {adjective} kind of {abstract}: you {action} it once and {verb} it again in {month}.',
  'If {first} {past} it, ask for a {adjective} copy and compare the {abstract} with the {thing}.',
  'Most people {action} the {thing} too early, which leaves the {thing} {adjective} and the {abstract} {adjective}.',
  'You could offer {money} now and {money} after {day}, {adverb} and in writing.',
  'First {verb} the {thing}, then {action} it for {number} minutes, and finally let the {thing} rest.',
  'That sounds {feeling}, and it is understandable: {abstract} and {abstract} rarely arrive together.',
  'The {adjective} option is to {action} {small} of them and {verb} the rest with your {relation}.',
  'Dear {first}, thank you for the {thing}. I {adverb} {past} the {abstract} and would like to {verb} it with you.',
  'As a rule, {thing} needs {abstract}, {thing} needs {abstract}, and both need a {adjective} {relation}.',
  'Keep the {thing} away from the {thing}; otherwise you will {adverb} have to {action} everything again.',
  'According to {first} {last}, a {thing} costs about {money} in {city}, less in {month}.',
  'I would {adverb} {verb} the {abstract} first, since a {adjective} {thing} is hard to {action} later.',
  'Would you like me to {verb} a {adjective} version for {company} as well?',
  'For {small} people, {number} grams or {number} pieces of {thing} is {adjective} enough.',
  'Note that {thing} and {thing} {adverb} share the same {abstract}, but only one is {adjective} in {month}.',
  'A {adjective} way to {action} it: {verb}, wait {small} hours, {verb} again.',
  'Your {relation} may feel {feeling}; say that the {thing} is yours and that {day} suits you.',
] as const;

/** Loose sentences with a slot almost every word: most of an answer, as varied as prose. */
export const COMPOSED = [
  '{hedge}, {det} {adjective} {thing} {modal} {action} {det} {abstract} {prep} {city}.',
  '{hedge}, {pronoun} {adverb} {past} {det} {adjective} {abstract} {conj} {det} {thing} {modal} {verb} {other}.',
  '{Thing}: {adjective}, {adjective}, {money}; {thing}: {adjective}, {small} {prep} {month}.',
  '{hedge}, {action} {thing} {prep} {other}, {conj} {verb} {abstract} {adverb}.',
  '{Pronoun} {modal} {verb} {abstract} {conj} {action} {det} {adjective} {thing} {prep} {det} {relation}.',
  '{hedge}, {first} {past} {thing} {prep} {abstract}, {conj} {last} {adverb} {past} {other}.',
  '{Small} {adjective} {thing} {prep} {det} {other}, {small} {adjective} {abstract} {prep} {det} {relation}.',
  '{hedge}, {feeling} {relation} {modal} {adverb} {action} {thing}; {pronoun} {modal} {verb} {number} {other}.',
] as const;

export const THOUGHTS = [
  'The user seems {feeling} about {thing}; answer in a {adjective} tone and {verb} the {abstract}.',
  'They mention {city} and {money}, so the {thing} is probably {adjective}.',
  '{hedge}, {thing} {prep} {abstract}, {conj} {adjective} {thing} {prep} {adjective} {abstract}.',
  'Check the {abstract}: {number} divided by {small}, then {action} the {thing}.',
  'Possible misunderstanding: {thing} versus {thing}. I should {adverb} {verb} both.',
] as const;
