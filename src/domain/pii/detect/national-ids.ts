import { passesLuhn } from '../card-number.ts';
import {
  isAhv,
  isBsn,
  isCodiceFiscale,
  isCpf,
  isDniOrNie,
  isGermanTaxId,
  isMedicare,
  isNhsNumber,
  isNir,
  isPesel,
  isTfn,
  passesVerhoeff,
} from './check-digits.ts';
import type { Rule } from './rule.ts';

const compact = (value: string): string => value.replace(/[ .\-/]/g, '');

/** A check digit agrees, and the form or a word says what it is. */
const CERTAIN = 0.97;
/** The form is one of its own, and has no check digit. */
const LIKELY = 0.85;

/** `form` between characters that would make it part of something longer. */
const alone = (form: string): RegExp =>
  new RegExp(String.raw`(?<![\p{L}\p{N}]|\d[-.])(?:${form})(?![\p{L}\p{N}]|[-.]\d)`, 'dgiu');

interface NationalId {
  readonly form: string;
  readonly isValid: (compact: string) => boolean;
  /** Words of which one must stand before it; undefined where the form is found nowhere else. */
  readonly words?: RegExp;
  /** Without the words. */
  readonly confidence?: number;
}

/** A US social security number that the SSA could have issued (20 CFR 422.103): no area 000, 666 or 900 and up. */
const isIssuedSsn = (digits: string): boolean => !/^(?:000|666|9\d\d)|^\d{3}00|0000$/.test(digits);
const SSN_WORDS = /\bssn\b|social[- ]security|tax(?:payer)? id/i;

const NATIONAL_IDS: readonly NationalId[] = [
  { form: String.raw`\d{3}-\d{2}-\d{4}`, isValid: isIssuedSsn, confidence: LIKELY, words: SSN_WORDS },
  { form: String.raw`\d{3} ?\d{2} ?\d{4}`, isValid: isIssuedSsn, words: SSN_WORDS },
  // United Kingdom: NHS number; National Insurance number, whose prefixes HMRC's NIM39110 excludes.
  { form: String.raw`\d{3}[ -]?\d{3}[ -]?\d{4}`, isValid: isNhsNumber, words: /\bnhs\b|national health/i },
  {
    form: String.raw`(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]`,
    isValid: () => true,
    confidence: LIKELY,
  },
  // Germany, France, Spain, Italy.
  {
    form: String.raw`\d{2} ?\d{3} ?\d{3} ?\d{3}`,
    isValid: isGermanTaxId,
    words: /steuer|\bidnr\b|tax[- ](?:id|number)|\btin\b/i,
  },
  {
    form: String.raw`[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-4]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}`,
    isValid: isNir,
    confidence: 0.9,
    words: /\bnir\b|s[ée]curit[ée] sociale|insee/i,
  },
  { form: String.raw`(?:\d{8}|[XYZ]-?\d{7})-?[A-HJ-NP-TV-Z]`, isValid: isDniOrNie, confidence: 0.9 },
  {
    form: String.raw`[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]`,
    isValid: isCodiceFiscale,
    confidence: CERTAIN,
  },
  // Netherlands, Poland, Sweden, Switzerland.
  { form: String.raw`\d{9}`, isValid: isBsn, words: /\bbsn\b|burgerservice|sofi/i },
  { form: String.raw`\d{11}`, isValid: isPesel, words: /\bpesel\b/i },
  {
    form: String.raw`(?:19|20)?\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[-+]?\d{4}`,
    isValid: digits => passesLuhn(digits.replace('+', '').slice(-10)),
    words: /person-?nummer|personal (?:identity )?number/i,
  },
  { form: String.raw`756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}`, isValid: isAhv, confidence: CERTAIN },
  // Brazil, Canada, India, Australia.
  { form: String.raw`\d{3}\.\d{3}\.\d{3}-\d{2}`, isValid: isCpf, confidence: CERTAIN },
  { form: String.raw`\d{11}`, isValid: isCpf, words: /\bcpf\b/i },
  {
    form: String.raw`\d{3}[ -]?\d{3}[ -]?\d{3}`,
    isValid: passesLuhn,
    words: /\bsin\b|social insurance/i,
  },
  { form: String.raw`[2-9]\d{3} ?\d{4} ?\d{4}`, isValid: passesVerhoeff, words: /aa?dhaar|uidai/i },
  { form: String.raw`\d{3} ?\d{3} ?\d{3}`, isValid: isTfn, words: /\btfn\b|tax file/i },
  { form: String.raw`\d{4} ?\d{5} ?\d(?:[/ ]?\d)?`, isValid: isMedicare, words: /medicare/i },
];

const ruleOf = ({ form, isValid, words, confidence }: NationalId): Rule => ({
  category: 'national-id',
  pattern: alone(form),
  isValid: value => isValid(compact(value)),
  ...(confidence !== undefined && { confidence }),
  ...(words !== undefined && { context: { words, confidence: CERTAIN } }),
});

/** Numbers by which states know a person, each by its own check digits where it has some. */
export const NATIONAL_ID_RULES: readonly Rule[] = NATIONAL_IDS.map(ruleOf);
