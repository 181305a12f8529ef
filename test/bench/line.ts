/** What a number has to reach. Ratios are measured ÷ yardstick. */
export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly ratioAtLeast?: number;
  readonly ratioAtMost?: number;
}

/** One line of the result. A line without a measurement says why; no number is ever made up. */
export interface Line {
  readonly what: string;
  readonly unit: string;
  readonly measured?: number;
  readonly yardstick?: { readonly what: string; readonly value: number };
  readonly target: Target;
  /** Conditions and secondary numbers, or why there is no measurement. */
  readonly note?: string;
}

export type Verdict = 'met' | 'missed' | 'no target' | 'not measured';

export const ratioOf = ({ measured, yardstick }: Line): number | undefined =>
  measured === undefined || yardstick === undefined ? undefined : measured / yardstick.value;

export function judge(line: Line): Verdict {
  const { measured, target } = line;
  const ratio = ratioOf(line);
  if (measured === undefined) return 'not measured';
  if (Object.keys(target).length === 0) return 'no target';
  const needsRatio = target.ratioAtLeast !== undefined || target.ratioAtMost !== undefined;
  if (needsRatio && ratio === undefined) return 'not measured';
  const isMet =
    measured >= (target.atLeast ?? -Infinity) &&
    measured <= (target.atMost ?? Infinity) &&
    (ratio ?? Infinity) >= (target.ratioAtLeast ?? -Infinity) &&
    (ratio ?? -Infinity) <= (target.ratioAtMost ?? Infinity);
  return isMet ? 'met' : 'missed';
}

export function describeTarget({ atLeast, atMost, ratioAtLeast, ratioAtMost }: Target): string {
  return [
    atLeast === undefined ? [] : `≥ ${atLeast}`,
    atMost === undefined ? [] : `≤ ${atMost}`,
    ratioAtLeast === undefined ? [] : `≥ ${ratioAtLeast} ×`,
    ratioAtMost === undefined ? [] : `≤ ${ratioAtMost} ×`,
  ]
    .flat()
    .join(', ');
}
