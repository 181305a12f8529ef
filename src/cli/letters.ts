const ALPHABET = 'bcdfghjkmnpqrstvwxyz';

/**
 * A whole number in letters alone, at least `width` long. Identifiers that Lethe keeps in clear are made so because a
 * run of 13 to 19 digits can pass for a card number, which is refused (promise 32).
 */
export function lettersOf(value: number, width = 6): string {
  let left = value;
  let text = '';
  do {
    text = ALPHABET.charAt(left % ALPHABET.length) + text;
    left = Math.floor(left / ALPHABET.length);
  } while (left > 0);
  return text.padStart(width, ALPHABET.charAt(0));
}

/** Bytes as letters, one a nibble. */
export const lettersOfBytes = (bytes: Buffer): string =>
  [...bytes].map(byte => ALPHABET.charAt(byte >> 4) + ALPHABET.charAt(byte & 15)).join('');
