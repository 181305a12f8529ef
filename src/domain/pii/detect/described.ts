import type { Candidate, PiiDetector } from './finding.ts';
import { applyRule, type Rule } from './rule.ts';

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?';
const DAY = '(?:0?[1-9]|[12]\\d|3[01])';
const TIME = '(?:[T ]\\d{1,2}:\\d{2}(?::\\d{2})?)?';
const DATE = [
  `\\d{4}[-/.](?:0?[1-9]|1[0-2])[-/.]${DAY}${TIME}`,
  `\\d{1,2}([-/.])\\d{1,2}\\1(?:\\d{4}|\\d{2})`,
  `${DAY}(?:st|nd|rd|th)? (?:of )?${MONTH},? \\d{4}`,
  `${MONTH} ${DAY}(?:st|nd|rd|th)?,? \\d{4}`,
].join('|');
const date = (source: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}.-])(?:${source})(?![\\p{L}\\p{N}])`, 'dgiu');

const BIRTH_WORDS =
  /\bborn\b|birth|\bd\.?o\.?b\b|\bgeboren|geburt|\bn[ée]e? le\b|naissance|nacimiento|nascita/i;

/** A document's number: letters and digits, at least five, digits among them. */
const DOCUMENT = /(?<![\p{L}\p{N}])(?=[A-Z-]{0,9}\d)[A-Z\d](?:[A-Z\d-]{3,18})[A-Z\d](?![\p{L}\p{N}])/dgiu;

const RULES: readonly Rule[] = [
  // A form's own field: whatever stands in it.
  {
    category: 'person',
    pattern:
      /(?:^|\n)[ \t]*(?:(?:full|first|last|given|family) )?(?:name|surname):[ \t]+(?<value>\p{L}[\p{L}\p{M}.'’ -]{0,60}[\p{L}\p{M}.])(?=[ \t]*(?:\n|$))/dgiu,
    confidence: 0.85,
  },
  {
    category: 'date-of-birth',
    pattern: date(DATE),
    context: { words: BIRTH_WORDS, confidence: 0.9 },
  },
  { category: 'date', pattern: date(DATE), confidence: 0.45 },
  {
    category: 'date',
    pattern:
      /\b(?:on|last|next|this|meet|until|by)\s+(?<value>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b/dgi,
    confidence: 0.3,
  },
  {
    category: 'date',
    pattern:
      /\b(?:in|since|of|during|until|before|after|from)\s+(?<value>(?:19|20)\d\d)(?![\p{L}\p{N}]|[-.]\d)/dgiu,
    confidence: 0.3,
  },
  {
    category: 'age',
    pattern: /(?<![\p{L}\p{N}])(?<value>1?\d?\d)(?:[ -]years?[ -]old|[ -]?y\/?o\b|[ -]years? of age)/dgiu,
    confidence: 0.85,
  },
  {
    category: 'age',
    pattern:
      /\b(?:aged?(?: of)?|age:|turn(?:s|ed|ing)?|i am|i'm|(?:he|she)(?:'s| is))\s+(?<value>1?\d\d|\d)(?=[\s.,;!?)]*(?:$|[\n.,;!?)]|and\b|years?\b|(?:this|next|last|on|in|today|tomorrow)\b))/dgi,
    confidence: 0.75,
  },
  {
    category: 'driving-licence',
    pattern: DOCUMENT,
    context: {
      words:
        /driv(?:er|ing)(?:'s|s|’s)? ?licen[cs]e|licen[cs]e (?:number|no)|\bdl\b|permis de conduire|f[üu]hrerschein|patente/i,
      confidence: 0.85,
    },
  },
  {
    category: 'passport',
    pattern: DOCUMENT,
    context: { words: /passport|reisepass|passeport|pasaporte|passaporto/i, confidence: 0.9 },
  },
  {
    category: 'postcode',
    pattern:
      /(?<![\p{L}\p{N}-])(?:\d{3,6}(?:-\d{3,4})?|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d)(?![\p{L}\p{N}-])/dgiu,
    context: {
      words: /\bzip\b|post(?:al)?[ -]?code|\bplz\b|postleitzahl|code postal|\bcap\b:?\s*$/i,
      confidence: 0.85,
    },
  },
  // The form of the United Kingdom (BS 7666) and that of Canada are found nowhere else.
  {
    category: 'postcode',
    pattern:
      /(?<![\p{L}\p{N}])(?:(?:[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?) \d[ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY]\d[A-Z] \d[A-Z]\d)(?![\p{L}\p{N}])/dgu,
    confidence: 0.7,
  },
  {
    category: 'title',
    pattern:
      /(?<![\p{L}\p{N}])(?<value>(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|herr|frau|mme|señora?|sig)\.?)(?=[ \t]+\p{L})/dgiu,
    confidence: 0.3,
  },
];

const detect = (text: string): Candidate[] => RULES.flatMap(rule => applyRule(rule, text));

/** What only the words beside it tell: dates of birth, ages, numbers of documents, postcodes. */
export const describedDetector: PiiDetector = { name: 'lethe/described', version: '1.0.0', detect };
