import type { Candidate } from '../../../domain/pii/detect/finding.ts';
import { before } from '../../../domain/pii/detect/rule.ts';
import type { Lexicon } from './lexicon.ts';
import type { Word } from './runs.ts';

const SAYS_OF_SOMEBODY = /\b(?:i am|i'm|(?:he|she)(?: is|'s)|(?:we|you|they)(?: are|'re))\s+(?:an? )?$/i;

/** Peoples and faiths written without a capital, where somebody is said to be of one: "i am cambodian". */
export const peoplesIn = (text: string, words: readonly Word[], { peoples }: Lexicon): Candidate[] =>
  words
    .filter(
      ({ folded, isCapital, start }) =>
        !isCapital && peoples.has(folded) && SAYS_OF_SOMEBODY.test(before(text, start)),
    )
    .map(({ start, end }) => ({ category: 'nationality', start, end, confidence: 0.6 }));
