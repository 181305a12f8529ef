import type { Candidate, PiiCategory } from './finding.ts';

/** A pattern, and what makes a match of it personal data. */
export interface Rule {
  readonly category: PiiCategory;
  /** Global and with indices (`dgu`); a group named `value` marks the part that counts. */
  readonly pattern: RegExp;
  /** Check digits and the like. */
  readonly isValid?: (value: string) => boolean;
  /** Without any word about it; undefined where the pattern alone says too little. */
  readonly confidence?: number;
  /** What directly before it says that it is something else. */
  readonly unless?: RegExp;
  /** With one of these words shortly before. */
  readonly context?: { readonly words: RegExp; readonly confidence: number };
}

/** How far before a value its name may stand, in UTF-16 units. */
const CONTEXT_LENGTH = 48;

/** What stands before a place in the text, as far as it may say what follows. */
export const before = (text: string, at: number): string => text.slice(Math.max(0, at - CONTEXT_LENGTH), at);

export function applyRule(
  { category, pattern, isValid, unless, confidence, context }: Rule,
  text: string,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const match of text.matchAll(pattern)) {
    const [start, end] = match.indices?.groups?.['value'] ?? [match.index, match.index + match[0].length];
    if (isValid?.(text.slice(start, end)) === false || unless?.test(before(text, start)) === true) continue;
    const named = context?.words.test(before(text, start)) === true ? context.confidence : undefined;
    const sure = named ?? confidence;
    if (sure !== undefined) candidates.push({ category, start, end, confidence: sure });
  }
  return candidates;
}
