/** The middle value; the mean of the two middle ones of an even number. Throws on none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low, high] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  if (low === undefined || high === undefined) throw new RangeError('no values');
  return (low + high) / 2;
}

/** The smallest value that at least `share` (0 to 1) of all do not exceed: nearest rank. Throws on none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new RangeError('no values');
  return found;
}

/**
 * Slope of the least-squares line through equally spaced values, a step: memory that grows has one above zero.
 * 0 for fewer than two values.
 */
export function slope(values: readonly number[]): number {
  const count = values.length;
  if (count < 2) return 0;
  const centre = (count - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const above = values.reduce((sum, value, index) => sum + (index - centre) * (value - mean), 0);
  const below = values.reduce((sum, _, index) => sum + (index - centre) ** 2, 0);
  return above / below;
}
