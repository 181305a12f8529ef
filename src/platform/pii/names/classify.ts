import type { PiiCategory } from '../../../domain/pii/detect/finding.ts';
import { isFirm } from './firms.ts';
import type { Lexicon } from './lexicon.ts';
import type { Run, Word } from './runs.ts';
import {
  AFTER_ORGANISATION,
  AFTER_PERSON,
  BEFORE_ORGANISATION,
  BEFORE_PERSON,
  BEFORE_PLACE,
  CONNECTORS,
  HONORIFICS,
  MAYBE_BEFORE_PLACE,
  ORGANISATION_WORDS,
  PLACE_WORDS,
} from './words.ts';

export type NameCategory = Extract<PiiCategory, 'person' | 'place' | 'organisation' | 'nationality'>;

export interface Verdict {
  readonly category: NameCategory;
  /** How much speaks for it; 1 is the least that counts. */
  readonly weight: number;
}

/** What speaks for a reading of a run, added up. */
type Evidence = readonly (readonly [boolean, number])[];
const total = (evidence: Evidence): number =>
  evidence.reduce((sum, [holds, weight]) => (holds ? sum + weight : sum), 0);

const REACH = 40;
const PLACE_ENDINGS =
  /(?:ville|burg|berg|stad|town|dorf|heim|land|by|ford|ham|shire|hausen|kirchen|bach|furt|stadt|brück|wald|vik|borg|sund|havn|holm|fors|järvi|koski|eiro|polis|grad|ovo|ice|any|ingen|hreppur|fjörður|staðir)$/u;

export interface Surroundings {
  readonly lead: string;
  readonly rest: string;
  readonly isShouted: boolean;
  readonly isAlone: boolean;
  readonly postcodeFollows: boolean;
}

/** What stands around a run. */
export function around(text: string, { start, end, text: own }: Run): Surroundings {
  const lead = text.slice(Math.max(0, start - REACH), start);
  const rest = text.slice(end, end + REACH);
  return {
    ...{ lead, rest },
    isShouted: own.length > 3 && own === own.toUpperCase() && text !== text.toUpperCase(),
    isAlone: /(?:^|\n)[^\p{L}\n]*$/u.test(lead) && /^\s*(?:\n|$)/.test(rest),
    postcodeFollows: /^ \d{3,5}(?:[ -]\d{2,4})?\b/.test(rest),
  };
}

/** The likeliest reading of a run, or undefined where none has enough for it. */
export function classify(run: Run, where: Surroundings, lexicon: Lexicon): Verdict | undefined {
  const whole = run.words.map(({ folded }) => folded).join(' ');
  if (ORGANISATION_WORDS.has(whole) || isMonth(whole, where)) return undefined;
  if (lexicon.peoples.has(whole)) return { category: 'nationality', weight: 3 };
  const verdicts: Verdict[] = [
    { category: 'person', weight: personWeight(run, where, lexicon) },
    { category: 'place', weight: placeWeight(run, whole, where, lexicon) },
    { category: 'organisation', weight: organisationWeight(run, where, lexicon) },
  ];
  const best = verdicts.reduce((one, other) => (other.weight > one.weight ? other : one));
  return best.weight >= 1 ? best : undefined;
}

const DETERMINER = /\b(?:the|an?|this|that|every|each)\s+$/i;
const fullOf = (words: readonly Word[]): readonly Word[] =>
  words.filter(({ folded }) => !CONNECTORS.has(folded));

/** "3 May 2024", "on May 3". */
const isMonth = (word: string, { lead, rest }: Surroundings): boolean =>
  /^(?:march|april|may|june|august)$/.test(word) &&
  (/\d(?:st|nd|rd|th)?\s$/.test(lead) || /^,? \d/.test(rest));

function personWeight(
  { words }: Run,
  { lead, rest, isShouted, isAlone }: Surroundings,
  lexicon: Lexicon,
): number {
  const [first] = words;
  const last = words.at(-1);
  if (first === undefined || last === undefined) return 0;
  const full = fullOf(words);
  const title = /(?<title>\p{L}+)\.?\s+$/u.exec(lead)?.groups?.['title'] ?? '';
  const isFirstName = lexicon.firstNames.has(first.folded);
  const isLastName = lexicon.lastNames.has(last.folded);
  return total([
    [HONORIFICS.has(title.toLowerCase()), 4],
    [isFirstName, 2],
    [isLastName, words.length > 1 ? 1.5 : 1],
    [words.length > 1 && words.some(({ text }) => text.length === 1), 1.5],
    [full.length === 2 || full.length === 3, 1],
    [full.length < words.length, 0.4],
    [words.length === 1 && !first.isFirst, 0.5],
    [words.length === 1 && first.pos === 'PROPN', 0.4],
    [BEFORE_PERSON.test(lead), 1.5],
    [AFTER_PERSON.test(rest), 1.5],
    [isAlone, 0.5],
    [isShouted, -1.5],
    [full.length > 4, -1.5],
    [DETERMINER.test(lead), words.length === 1 ? -1.2 : -0.6],
  ]);
}

function placeWeight(
  { words }: Run,
  whole: string,
  { lead, isShouted, postcodeFollows, isAlone }: Surroundings,
  lexicon: Lexicon,
): number {
  const isCountry = lexicon.countries.has(whole);
  return total([
    [isCountry, 5],
    [!isCountry && lexicon.towns.has(whole), 2],
    [words.some(({ folded }) => PLACE_ENDINGS.test(folded) && folded.length > 5), 0.8],
    [words.length > 1 && words.some(({ folded }) => PLACE_WORDS.has(folded)), 2.5],
    [BEFORE_PLACE.test(lead), 2.5],
    // "in Victorian dress".
    [words.at(-1)?.pos === 'ADJ', -2],
    [MAYBE_BEFORE_PLACE.test(lead), 0.6],
    [postcodeFollows, 3],
    [isShouted, 1.2],
    [isAlone && isShouted, 0.5],
  ]);
}

const CAMEL = /\p{Ll}\p{Lu}/u;

function organisationWeight({ words, text }: Run, { lead, rest }: Surroundings, lexicon: Lexicon): number {
  const parts = text.split('-');
  const isCompound = parts.length === 2 && parts.every(part => lexicon.lastNames.has(part.toLowerCase()));
  return total([
    [words.length > 1 && words.some(({ folded }) => ORGANISATION_WORDS.has(folded)), 3.5],
    [isFirm(text), 5],
    [isCompound && words.length === 1, 3],
    [CAMEL.test(text) && !/\b(?:Mc|Mac|De|Le|La|O')\p{Lu}/u.test(text), 1.5],
    [BEFORE_ORGANISATION.test(lead), 1.6],
    [AFTER_ORGANISATION.test(rest), 2.5],
    [fullOf(words).length > 3, 1],
    [DETERMINER.test(lead), words.length > 1 ? 1 : 0.6],
  ]);
}
