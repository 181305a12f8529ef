import { findPhoneNumbersInText, isValidPhoneNumber, type CountryCode } from 'libphonenumber-js/max';
import type { Candidate, PiiDetector } from '../../domain/pii/detect/finding.ts';
import { before } from '../../domain/pii/detect/rule.ts';

/** Words that say that a number is one to call. */
const WORDS =
  /\b(?:phone|tel|telephone|telefon|t[ée]l[ée]phone|tel[ée]fono|mobile|mob|cell|fax|sms|call(?:ed|ing)?|dial|ring|text(?:ed)?|whats ?app|reach|contact|messages?|hotline|extension|registered|number(?: is|:))\b/gi;
/** The same, directly behind it. */
const AFTER = /^,? (?:is|was) (?:my|his|her|their|our|the) (?:\w+ )?(?:phone|number|cell|mobile)\b/i;
/** Words that say that it is something else. */
const OTHER_WORDS =
  /\b(?:card|account|iban|order|invoice|passport|licen[cs]e|ssn|zip|postcode|postal code|code|pin|case|ticket|serial|tracking|ref(?:erence)?)\b/gi;

/** Seven digits and more with what people put between them; never across lines. */
const CANDIDATE =
  /(?<![\p{L}\p{N}.,:/+-]|[-.]\d)(?:\+|00|\()?\d(?:[ .()/-]{0,2}\d){5,14}(?:[ ]?(?:x|ext\.?)[ ]?\d{1,5})?(?![\p{L}\p{N}]|[-./:]\d)/dgu;

/** Numbering plans that a number without a country is tried in: those of most of the people who write such texts. */
const COUNTRIES: readonly CountryCode[] = [
  ...(['US', 'GB', 'DE', 'FR', 'ES', 'IT', 'NL', 'BE', 'CH', 'AT', 'PL', 'SE', 'NO', 'DK', 'FI'] as const),
  ...(['IE', 'PT', 'CZ', 'HU', 'GR', 'AU', 'NZ', 'IN', 'BR', 'MX', 'ZA', 'JP', 'SG'] as const),
  ...([
    'SK',
    'SI',
    'HR',
    'RO',
    'EE',
    'LV',
    'LT',
    'IS',
    'CY',
    'RU',
    'UA',
    'TR',
    'IL',
    'AR',
    'CN',
    'KR',
  ] as const),
];

/** Shorter ones are too like house numbers, postcodes and prices to be taken without a word. */
const UNNAMED_DIGITS = 9;

const isGrouped = (value: string): boolean => /\d[ .()/-]+\d/.test(value);
/** Dates and decimal numbers. */
const NO_PHONE = /^(?:\d+\.\d+|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})$/;

/** Without a country libphonenumber finds no others, and takes long to say so. */
const INTERNATIONAL = /[+＋]\s?\(?\d/;

/** The nearer of two words decides: "the account that goes with my phone number". */
const lastOf = (lead: string, words: RegExp): number => [...lead.matchAll(words)].at(-1)?.index ?? -1;

function confidenceOf(text: string, value: string, start: number): number | undefined {
  const lead = before(text, start);
  const word = lastOf(lead, WORDS);
  const other = lastOf(lead, OTHER_WORDS);
  const isNamed = word > other || AFTER.test(text.slice(start + value.length));
  if (NO_PHONE.test(value)) return undefined;
  if (isNamed) return 0.85;
  const digits = value.replace(/\D/g, '').length;
  if (!isGrouped(value) || digits < UNNAMED_DIGITS || other >= 0) return undefined;
  return COUNTRIES.some(country => isValidPhoneNumber(value, country)) ? 0.6 : undefined;
}

function detect(text: string): Candidate[] {
  if (!/\d/.test(text)) return [];
  const international = INTERNATIONAL.test(text) ? findPhoneNumbersInText(text, { extended: true }) : [];
  const national = [...text.matchAll(CANDIDATE)].flatMap((match): Candidate[] => {
    const confidence = confidenceOf(text, match[0], match.index);
    if (confidence === undefined) return [];
    return [{ category: 'phone', start: match.index, end: match.index + match[0].length, confidence }];
  });
  return [
    ...international.map(({ startsAt, endsAt }): Candidate => ({
      category: 'phone',
      start: startsAt,
      end: endsAt,
      confidence: 0.95,
    })),
    ...national,
  ];
}

/**
 * Telephone numbers by the numbering plans that libphonenumber knows: international ones anywhere, national ones where a word
 * says so, or where they are written in groups and some plan has them.
 */
export const phoneDetector: PiiDetector = { name: 'lethe/phone', version: '1.0.0', detect };
