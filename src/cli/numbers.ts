import { InvalidArgumentError } from 'commander';

/** A commander parser for a whole number of at least `minimum`. */
export const wholeNumber =
  (minimum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isSafeInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`must be a whole number from ${minimum} on`);
    }
    return value;
  };

/** A commander parser for a number above zero. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('must be a number above 0');
  return value;
}

/** A commander parser for an ISO 8601 instant or date. */
export function instant(text: string): Date {
  const value = new Date(text);
  if (Number.isNaN(value.getTime()))
    throw new InvalidArgumentError('must be a date such as 2026-03-01T00:00:00Z');
  return value;
}

/** A commander parser for the address of a service. */
export function webAddress(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new InvalidArgumentError('must be an address such as http://127.0.0.1:7070');
  return text;
}
