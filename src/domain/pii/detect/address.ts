import { before } from './rule.ts';
import {
  ADDRESS_CONNECTORS,
  PLAIN_STREET_WORDS,
  PLAIN_WORDS,
  STREET_PREFIXES,
  STREET_SUFFIX,
  STREET_WORDS,
  UNIT_WORDS,
} from './address-words.ts';
import type { Candidate, PiiDetector } from './finding.ts';

type Kind = 'number' | 'unit' | 'street' | 'compound' | 'prefix' | 'connector' | 'name' | 'code';

interface Token {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
}

/** Numbers as houses have them, words, and the box forms whose dots are part of them. */
const TOKEN =
  /P\.? ?O\.? ?Box(?=\s+\d)|\d[\d/-]*\p{L}?(?![\p{L}\p{N}])|[\p{L}∆][\p{L}\p{M}\p{N}'’∆-]*\.?/dgiu;

/** What may stand between two parts of one address: a comma, a line break and the mark of a quoted line, a gloss in brackets. */
const GAP = /^[ \t]*(?:\([^()\n]{2,20}\))?[ \t]*,?[ \t]*(?:\n[ \t]*(?:[>?*|#-]{1,4}[ \t]*)?)?,?[ \t]*$/;
const DOT_OF_NUMBER = /^\.[ \t]*\n?[ \t]*$/;

const LONGEST_LEAD = 4;
const MONTHS = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?$/i;

function kindOf(word: string, isPlain: boolean): Kind | undefined {
  const lower = word.toLowerCase();
  const bare = lower.replace(/\.$/, '');
  if (/^\d/.test(word)) return 'number';
  if (UNIT_WORDS.has(bare) || /^p\.? ?o\.? ?box$/.test(lower)) return 'unit';
  const isCapital = /^\p{Lu}/u.test(word);
  if (isPlain ? PLAIN_STREET_WORDS.has(bare) : isCapital && STREET_WORDS.has(bare)) return 'street';
  if (STREET_PREFIXES.has(bare)) return 'prefix';
  if (STREET_SUFFIX.test(bare) && bare.length > 6 && (isCapital || isPlain)) return 'compound';
  if (STREET_WORDS.has(bare) && bare.length > 2 && !isPlain && !/^[a-z]+$/.test(bare)) return 'street';
  if (ADDRESS_CONNECTORS.has(bare)) return 'connector';
  if (/^\p{Lu}{2,3}$/u.test(word)) return 'code';
  if (MONTHS.test(word)) return undefined;
  return isCapital || (isPlain && !PLAIN_WORDS.has(bare)) ? 'name' : undefined;
}

/** A full stop after a longer word ends the sentence, and with it the address. */
const endsSentence = (word: string): boolean => word.endsWith('.') && word.length > 5;

/** Stretches of words that could all belong to one address. */
function runsOf(text: string): Token[][] {
  const isPlain = text === text.toLowerCase();
  const runs: Token[][] = [[]];
  for (const match of text.matchAll(TOKEN)) {
    const kind = kindOf(match[0], isPlain);
    const last = runs.at(-1)?.at(-1);
    if (last !== undefined && !follows(text, last, kind, match.index)) runs.push([]);
    if (kind === undefined) runs.push([]);
    else runs.at(-1)?.push({ kind, start: match.index, end: match.index + match[0].length });
  }
  return runs.filter(run => run.length > 0);
}

function follows(text: string, last: Token, kind: Kind | undefined, at: number): boolean {
  const gap = text.slice(last.end, at);
  // "Rákóczi út 13. Suite 104": in some countries house numbers are ordinals.
  if (last.kind === 'number' && DOT_OF_NUMBER.test(gap)) return kind === 'unit' || gap.includes('\n');
  return GAP.test(gap) && !endsSentence(text.slice(last.start, last.end));
}

/** Where the address begins within its run: names that stand before the first number are part of it only as its street. */
function beginOf(run: readonly Token[]): number {
  const first = run.findIndex(({ kind }) => kind === 'number');
  const prefix = run.findIndex(({ kind }) => kind === 'prefix');
  if (prefix >= 0 && prefix < first) return prefix;
  const unit = run.findIndex(({ kind }) => kind === 'unit');
  if (unit >= 0 && unit < first) return unit;
  const street = run.findIndex(({ kind }) => kind === 'street' || kind === 'compound');
  if (street >= 0 && street < first) return Math.max(0, first - LONGEST_LEAD);
  const isLast = first === run.length - 1;
  return isLast ? Math.max(0, first - LONGEST_LEAD) : first;
}

/** Wherever a number and a street, a unit or a name stand together, and what follows as far as it goes on. */
function addressIn(text: string, run: readonly Token[]): Candidate | undefined {
  if (!run.some(({ kind }) => kind === 'number')) return undefined;
  const own = withoutTrailing(run.slice(beginOf(run)));
  const [first] = own;
  const last = own.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const { start } = first;
  const confidence = confidenceOf(own) ?? (isNamed(text, own) ? 0.6 : undefined);
  return confidence === undefined ? undefined : { category: 'address', start, end: last.end, confidence };
}

const withoutTrailing = (run: readonly Token[]): readonly Token[] =>
  run.slice(0, run.findLastIndex(({ kind }) => kind !== 'connector') + 1);

function confidenceOf(run: readonly Token[]): number | undefined {
  const count = (...kinds: Kind[]): number => run.filter(({ kind }) => kinds.includes(kind)).length;
  const named = count('name', 'street', 'compound', 'prefix');
  if (count('number') === 0) return undefined;
  if (count('unit') > 0 && (named > 0 || count('number') > 1 || run.length === 2)) return 0.8;
  if (count('compound') > 0) return 0.8;
  if (count('street', 'prefix') > 0 && named + count('code') > 1) return 0.8;
  // A street that has no word for it: a number on either side of its name.
  const isBetween =
    run[0]?.kind === 'number' &&
    run.some(({ kind }, at) => at > 1 && kind === 'number' && run[at - 1]?.kind !== 'number');
  return isBetween && named > 0 ? 0.65 : undefined;
}

const TALK =
  /\b(?:address|live[sd]?|living|located|location|station|office|meet|return|enter|deliver|ship|send|side)\b/i;
const BEFORE_PLACE = /\b(?:at|on|of|to|near|is|by)[ \t]+$/i;

/** Names and a house number, of which only the words before tell what they are: "lives on the side of Joaquin Suarez 2906". */
function isNamed(text: string, run: readonly Token[]): boolean {
  const [first] = run;
  const last = run.at(-1);
  if (first === undefined || last?.kind !== 'number' || last.end - last.start > 4 || run.length > 4)
    return false;
  const lead = before(text, first.start);
  return first.kind !== 'number' && BEFORE_PLACE.test(lead) && TALK.test(lead);
}

/** Forms of their own: a corner of two streets, and boxes of the United States' forces (USPS Publication 28, § 239). */
const FORMS: readonly RegExp[] = [
  /\b(?:the )?(?:corner|intersection) of [\p{L}\p{N}.'’ -]{2,48}? (?:and|&)(?: (?:(?:of|de|la|du|ul\.) )*[\p{L}\p{N}][\p{L}\p{N}.'’-]*){1,3}/giu,
  /(?:\b(?:PSC|Unit|CMR|US[A-Z]{1,3}) [\p{L}\p{N}][^\n,]{1,30},? ?(?:Box \d+)?\s*\n?[ \t]*)?\b[ADF]PO,? A[AEP],? \d{5}\b/giu,
];

function detect(text: string): Candidate[] {
  const runs = /\d/.test(text) ? runsOf(text).flatMap(run => addressIn(text, run) ?? []) : [];
  const forms = FORMS.flatMap(form => [...text.matchAll(form)]).map(({ index, 0: found }): Candidate => ({
    ...{ category: 'address', start: index, end: index + found.trimEnd().length },
    confidence: 0.85,
  }));
  return [...runs, ...forms];
}

/** Postal addresses of many countries by their make: numbers, words for streets and flats, and the names between them. */
export const addressDetector: PiiDetector = { name: 'lethe/address', version: '1.0.0', detect };
