/** Where a card number stands, in UTF-16 units, end exclusive. The number itself is never repeated. */
export interface CardNumberFinding {
  readonly start: number;
  readonly end: number;
}

/** 13 to 19 digits in one, or in groups of 4-4-4-4 or 4-6-5 by one kind of gap, with no letter or digit beside them. */
const CANDIDATE =
  /(?<![\p{L}\p{N}])(?:\d{4}([ -])\d{4}\1\d{4}\1\d{4}|\d{4}([ -])\d{6}\2\d{5}|\d{13,19})(?![\p{L}\p{N}])/gu;

/** What every candidate holds: most texts are told apart by this alone. */
const LIKELY = /\d{4}[ -]?\d{6}|\d{4}[ -]\d{4}[ -]/;

/** Prefixes that issuers use, each with the lengths that it comes in (ISO/IEC 7812-1 issuer identification). */
const ISSUERS: readonly { readonly prefix: RegExp; readonly lengths: readonly number[] }[] = [
  { prefix: /^4/, lengths: [13, 16, 19] },
  { prefix: /^(?:5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/, lengths: [16] },
  { prefix: /^3[47]/, lengths: [15] },
  { prefix: /^(?:6011|64[4-9]|65)/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:30[0-5]|36|3[89])/, lengths: [14] },
  { prefix: /^35(?:2[89]|[3-8])/, lengths: [16, 17, 18, 19] },
  // JCB's oldest.
  { prefix: /^(?:2131|1800)/, lengths: [15] },
  { prefix: /^62/, lengths: [16, 17, 18, 19] },
  { prefix: /^(?:5018|5020|5038|5893|6304|6759|676[1-3])/, lengths: [13, 14, 15, 16, 17, 18, 19] },
];

/** The check digit of ISO/IEC 7812-1, annex B: from the right, every second digit doubled. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let fromRight = 0; fromRight < digits.length; fromRight++) {
    const digit = digits.charCodeAt(digits.length - 1 - fromRight) - 48;
    const doubled = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
    sum += fromRight % 2 === 0 ? digit : doubled;
  }
  return sum % 10 === 0;
}

const isCardNumber = (digits: string): boolean =>
  ISSUERS.some(({ prefix, lengths }) => lengths.includes(digits.length) && prefix.test(digits)) &&
  passesLuhn(digits);

/**
 * Every payment card number in a text, in order. Neither a UUID nor a hexadecimal hash can hold one: their digit groups
 * never have these lengths.
 */
export function* cardNumbersIn(text: string): Generator<CardNumberFinding, undefined> {
  if (!LIKELY.test(text)) return undefined;
  const pattern = new RegExp(CANDIDATE);
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [candidate] = match;
    if (isCardNumber(candidate.replace(/[ -]/g, ''))) {
      yield { start: match.index, end: match.index + candidate.length };
    } else {
      // Groups that are no card number may overlap the ones that are.
      pattern.lastIndex = match.index + 1;
    }
  }
  return undefined;
}

/** The first payment card number in a text, or undefined (promise 32: refused in clear fields). */
export const findCardNumber = (text: string): CardNumberFinding | undefined =>
  cardNumbersIn(text).next().value;
