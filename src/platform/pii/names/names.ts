import { PLAIN_WORDS } from '../../../domain/pii/detect/address-words.ts';
import type { Candidate, PiiDetector } from '../../../domain/pii/detect/finding.ts';
import { around, classify, type Verdict } from './classify.ts';
import { withFirms } from './firms.ts';
import { loadLexicon, type Lexicon } from './lexicon.ts';
import { runsOf, wordsOf, type IsName, type Run } from './runs.ts';
import { peoplesIn } from './peoples.ts';
import { createTagger } from './tagger.ts';
import { ORGANISATION_WORDS } from './words.ts';

interface Reading {
  readonly run: Run;
  readonly verdict: Verdict | undefined;
}

/** Without capitals a name has to be a known one, and stand where names do or beside others. */
const PLAIN_LEAST = 2.95;
const PLAIN_LEAST_IN_ROW = 2.4;

/** Parts of speech that names are not, whatever their capital. */
const CLOSED = new Set(['PRON', 'AUX', 'DET', 'ADP', 'CCONJ', 'SCONJ', 'PART', 'INTJ', 'NUM']);

/** A capital says something inside a sentence; at its start the word must be a name by itself, or go on with one. */
const namedByCapital =
  ({ firstNames, lastNames, countries, towns }: Lexicon): IsName =>
  ({ text, folded, isCapital, isFirst, leadsOn, pos }) => {
    if (!isCapital) return false;
    if (/^\p{Lu}{2,3}$/u.test(text) && !firstNames.has(folded) && !ORGANISATION_WORDS.has(folded))
      return false;
    if (PLAIN_WORDS.has(folded) && CLOSED.has(pos)) return false;
    if (!isFirst) return true;
    if (PLAIN_WORDS.has(folded) || CLOSED.has(pos)) return false;
    if (pos === 'PROPN' || (leadsOn && pos !== 'VERB')) return true;
    return [firstNames, lastNames, countries, towns].some(names => names.has(folded));
  };

const OPEN = new Set(['NOUN', 'PROPN', 'ADJ', 'X', 'VERB']);

/** Of a text without capitals: what the tagger takes for something with a name, and no small word. */
const namedInPlain =
  ({ firstNames, lastNames, countries, peoples }: Lexicon): IsName =>
  ({ folded, pos }) =>
    !PLAIN_WORDS.has(folded) &&
    OPEN.has(pos) &&
    [firstNames, lastNames, countries, peoples].some(names => names.has(folded));

/** Names in a row are of one kind: a weak reading follows the strong one beside it. */
function alike(text: string, readings: readonly Reading[]): Reading[] {
  return readings.map((reading, index) => {
    const beside = [readings[index - 1], readings[index + 1]].find(
      other =>
        other !== undefined && inRow(text, reading.run, other.run) && (other.verdict?.weight ?? 0) >= 2,
    );
    const isWeak = (reading.verdict?.weight ?? 0) < 2;
    return isWeak && beside?.verdict ? { ...reading, verdict: { ...beside.verdict, weight: 1.5 } } : reading;
  });
}

function inRow(text: string, one: Run, other: Run): boolean {
  const [first, second] = one.start < other.start ? [one, other] : [other, one];
  return /^(?:, | and |, and | & )$/.test(text.slice(first.end, second.start));
}

function standsPlain(text: string, { run, verdict }: Reading, readings: readonly Reading[]): boolean {
  const weight = verdict?.weight ?? 0;
  if (weight >= PLAIN_LEAST) return true;
  const isKnown = (other: Reading): boolean => (other.verdict?.weight ?? 0) >= PLAIN_LEAST_IN_ROW;
  return (
    weight >= PLAIN_LEAST_IN_ROW && readings.some(other => isKnown(other) && inRow(text, run, other.run))
  );
}

/** Titles of songs, books and the like: a few capitalised words between quotation marks. */
const QUOTED = /["“](?:\p{Lu}[\p{L}'’]*)(?: (?:\p{Lu}[\p{L}'’]*|an?|the|of|and|in|on|to|for))+[,.!?]?["”]/gu;

const isQuoted = (text: string, { start, end }: Run): boolean =>
  text.includes('"') &&
  [...text.matchAll(QUOTED)].some(({ index, 0: quoted }) => index < start && end < index + quoted.length);

const CEILINGS = { person: 0.92, place: 0.9, nationality: 0.7, organisation: 0.45 };
const FLOORS = { person: 0.5, place: 0.5, nationality: 0.5, organisation: 0.3 };

/** Behind a place, where postcodes stand in much of Europe. */
const POSTCODE = /^ (\d{3,5}(?:[ -]\d{2,4})?)(?![\p{L}\p{N}])/u;

function postcodeAfter(text: string, { verdict, run: { end } }: Reading): Candidate[] {
  const found = verdict?.category === 'place' ? POSTCODE.exec(text.slice(end, end + 16))?.[1] : undefined;
  if (found === undefined) return [];
  return [{ category: 'postcode', start: end + 1, end: end + 1 + found.length, confidence: 0.6 }];
}

function candidateOf({ run: { start, end }, verdict }: Reading): Candidate[] {
  if (verdict === undefined) return [];
  const { category, weight } = verdict;
  const confidence = Math.min(CEILINGS[category], FLOORS[category] + 0.06 * (weight - 1));
  return [{ category, start, end, confidence }];
}

/** Loads the word lists and the tagger. */
export function createNameDetector(): PiiDetector {
  const lexicon = loadLexicon();
  const tag = createTagger();
  const byCapital = namedByCapital(lexicon);
  const inPlain = namedInPlain(lexicon);
  const detect = (text: string): Candidate[] => {
    const hasCase = /\p{Lu}/u.test(text) && /\p{Ll}/u.test(text);
    const words = wordsOf(text, tag);
    const readings = withFirms(text, runsOf(text, words, hasCase ? byCapital : inPlain), lexicon)
      .filter(run => !isQuoted(text, run))
      .map(run => ({ run, verdict: classify(run, around(text, run), lexicon) }));
    const kept = hasCase ? readings : readings.filter(reading => standsPlain(text, reading, readings));
    const named = alike(text, kept).flatMap(reading => [
      ...candidateOf(reading),
      ...postcodeAfter(text, reading),
    ]);
    return [...named, ...peoplesIn(text, words, lexicon)];
  };
  return { name: 'lethe/names', version: '1.0.0', detect };
}
