import type { Random } from './random.ts';
import { WORDS } from './words.ts';

export type Modality = 'image' | 'video' | 'text' | 'audio';

/** Personal data planted in a text, at UTF-16 offsets, end exclusive. */
export interface Planted {
  readonly category: string;
  readonly start: number;
  readonly end: number;
}

export interface Composed {
  readonly text: string;
  readonly planted: readonly Planted[];
}

/** Lengths of a prompt or an answer, in characters: what calls of this kind weigh in practice. */
const SHORTEST = 200;
const LONGEST = 1_500;

export function composePrompt(random: Random, modality: Modality): string {
  return fill(random, opening(random, modality));
}

/** A prompt in which a person names herself: e-mail address and telephone number of ranges kept for fiction. */
export function composePersonalPrompt(random: Random, modality: Modality): Composed {
  const given = random.pick(WORDS.given);
  const family = random.pick(WORDS.family);
  const facts = [
    ['My name is ', 'PERSON', `${given} ${family}`],
    [', write to ', 'EMAIL_ADDRESS', `${given}.${family}@example.com`.toLowerCase()],
    [' or call ', 'PHONE_NUMBER', `202-555-01${String(random.integer(0, 99)).padStart(2, '0')}`],
  ] as const;
  const planted: Planted[] = [];
  let text = '';
  for (const [before, category, value] of facts) {
    text += before;
    planted.push({ category, start: text.length, end: text.length + value.length });
    text += value;
  }
  return { text: fill(random, `${text}. ${opening(random, modality)}`), planted };
}

/** What a text model answers. */
export function composeAnswer(random: Random): string {
  const topic = random.pick(WORDS.topic);
  return fill(
    random,
    `About ${topic}: ${random.pick(WORDS.filler)} The ${random.pick(WORDS.thing)} comes first.`,
  );
}

function opening(random: Random, modality: Modality): string {
  if (modality === 'text') {
    return `${random.pick(WORDS.request)} ${random.pick(WORDS.topic)} ${random.pick(WORDS.audience)}.`;
  }
  const scene =
    `${capital(random.pick(WORDS.being))} ${random.pick(WORDS.doing)} a ${random.pick(WORDS.quality)}, ` +
    `${random.pick(WORDS.colour)} ${random.pick(WORDS.thing)} ${random.pick(WORDS.place)}`;
  if (modality === 'video') return `${scene}; ${random.pick(WORDS.camera)}.`;
  if (modality === 'audio') return `The sound of ${scene.toLowerCase()}.`;
  return `${scene}, ${random.pick(WORDS.style)}.`;
}

/** Adds sentences up to a length drawn once; short texts are more common than long ones. */
function fill(random: Random, text: string): string {
  const length = SHORTEST + Math.floor((LONGEST - SHORTEST - 100) * random.next() ** 3);
  let filled = text;
  while (filled.length < length) {
    filled += ` ${random.pick(WORDS.filler)} Think of a ${random.pick(WORDS.quality)} ${random.pick(WORDS.thing)}.`;
  }
  return filled;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
