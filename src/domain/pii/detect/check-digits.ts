/** Check digits of numbers that people carry. All take digits only, without gaps, and say whether the number can exist. */

const digitsOf = (text: string): number[] => Array.from(text).map(Number);

const weighted = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, at) => sum + weight * (digits[at] ?? 0), 0);

const isRepeated = (digits: string): boolean => new Set(digits).size === 1;

/** ISO/IEC 7064 MOD 11,10: the German tax id's last digit. */
export function passesMod11And10(digits: string): boolean {
  const all = digitsOf(digits);
  const check = all.pop();
  const product = all.reduce((carry, digit) => {
    const sum = (carry + digit) % 10;
    return ((sum === 0 ? 10 : sum) * 2) % 11;
  }, 10);
  return (11 - product) % 10 === check;
}

const MULTIPLY = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
  [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
  [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
  [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
  [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
  [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
  [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
  [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
  [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];
const PERMUTE = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

const permuted = (digit: number, times: number): number =>
  Array.from({ length: times % 8 }).reduce<number>(value => PERMUTE[value] ?? 0, digit);

/** Verhoeff 1969, the dihedral group D5: Aadhaar. */
export const passesVerhoeff = (digits: string): boolean =>
  digitsOf(digits)
    .reverse()
    .reduce((check, digit, at) => MULTIPLY[check]?.[permuted(digit, at)] ?? 0, 0) === 0;

/** NHS number: weights 10 to 2, modulo 11; a remainder of 10 is never issued. */
export const isNhsNumber = (digits: string): boolean =>
  !isRepeated(digits) &&
  (11 - (weighted(digitsOf(digits), [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)) % 11 === Number(digits[9]);

/** Dutch BSN: weights 9 to 2 and -1, modulo 11 ("elfproef"). */
export const isBsn = (digits: string): boolean =>
  !isRepeated(digits) && weighted(digitsOf(digits), [9, 8, 7, 6, 5, 4, 3, 2, -1]) % 11 === 0;

/** Australian tax file number: modulo 11. */
export const isTfn = (digits: string): boolean =>
  !isRepeated(digits) && weighted(digitsOf(digits), [1, 4, 3, 7, 5, 8, 6, 9, 10]) % 11 === 0;

/** Australian Medicare card: starts with 2 to 6, ninth digit checks the first eight. */
export const isMedicare = (digits: string): boolean =>
  /^[2-6]/.test(digits) && weighted(digitsOf(digits), [1, 3, 7, 9, 1, 3, 7, 9]) % 10 === Number(digits[8]);

/** Brazilian CPF: two check digits modulo 11. */
export function isCpf(digits: string): boolean {
  const all = digitsOf(digits);
  const check = (length: number): number => {
    const weights = Array.from({ length }, (_, at) => length + 1 - at);
    return ((weighted(all, weights) * 10) % 11) % 10;
  };
  return !isRepeated(digits) && check(9) === all[9] && check(10) === all[10];
}

/** Polish PESEL: weights 1 3 7 9, modulo 10. */
export const isPesel = (digits: string): boolean =>
  !isRepeated(digits) && weighted(digitsOf(digits), [1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]) % 10 === 0;

/** Swiss AHV number: an EAN-13 that starts with 756. */
export const isAhv = (digits: string): boolean =>
  digits.startsWith('756') && weighted(digitsOf(digits), [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;

/** German tax id (§ 139b AO): eleven digits, of the first ten exactly one occurs twice or three times. */
export function isGermanTaxId(digits: string): boolean {
  const first = Array.from(digits.slice(0, 10));
  const repeated = [...new Set(first)]
    .map(one => first.filter(digit => digit === one).length)
    .filter(n => n > 1);
  return (
    !digits.startsWith('0') && repeated.length === 1 && (repeated[0] ?? 0) <= 3 && passesMod11And10(digits)
  );
}

/** French NIR: 97 less the number modulo 97; Corsica's 2A and 2B count as 19 and 18. */
export function isNir(value: string): boolean {
  const number = value.slice(0, 13).replace(/2A/i, '19').replace(/2B/i, '18');
  return 97 - Number(BigInt(number) % 97n) === Number(value.slice(13));
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** Spanish DNI and NIE: the letter is the number modulo 23; X, Y and Z of a NIE count as 0, 1 and 2. */
export function isDniOrNie(value: string): boolean {
  const upper = value.toUpperCase();
  const number = upper.slice(0, -1).replace(/^[XYZ]/, letter => String('XYZ'.indexOf(letter)));
  return DNI_LETTERS[Number(number) % 23] === upper.at(-1);
}

const ODD_VALUES = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/** Italian codice fiscale (DM 23 December 1976): characters at odd places by table, at even places by rank, modulo 26. */
export function isCodiceFiscale(value: string): boolean {
  const ranks = Array.from(value.toUpperCase()).map(one =>
    /\d/.test(one) ? Number(one) : one.charCodeAt(0) - 65,
  );
  const sum = ranks
    .slice(0, 15)
    .reduce((total, rank, at) => total + (at % 2 === 0 ? (ODD_VALUES[rank] ?? 0) : rank), 0);
  return sum % 26 === ranks[15];
}
