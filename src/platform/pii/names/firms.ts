import type { Lexicon } from './lexicon.ts';
import type { Run } from './runs.ts';

/** Only firms have a comma inside: see `withFirms`. */
export const isFirm = (text: string): boolean => text.includes(', ');

/** "A, B and C" of three family names is how firms of partners are called, and becomes one run. */
export function withFirms(text: string, runs: readonly Run[], lexicon: Lexicon): Run[] {
  const merged: Run[] = [];
  for (let at = 0; at < runs.length; at++) {
    const firm = firmOf(text, runs, at, lexicon);
    const run = firm ?? runs[at];
    if (run !== undefined) merged.push(run);
    if (firm !== undefined) at += 2;
  }
  return merged;
}

function firmOf(text: string, runs: readonly Run[], at: number, lexicon: Lexicon): Run | undefined {
  const [first, second, third] = runs.slice(at, at + 3);
  if (first === undefined || second === undefined || third === undefined) return undefined;
  const before = runs[at - 1];
  const isLonger =
    before !== undefined && text.slice(before.end, first.start) === ', ' && !isFirm(before.text);
  if (isLonger || text.slice(first.end, second.start) !== ', ') return undefined;
  if (!/^,? and $/.test(text.slice(second.end, third.start))) return undefined;
  const words = [...first.words, ...second.words, third.words[0]].filter(word => word !== undefined);
  return words.length === 3 &&
    areFamilies(
      words.map(({ folded }) => folded),
      lexicon,
    )
    ? {
        words: [...first.words, ...second.words, ...third.words],
        start: first.start,
        end: third.end,
        text: text.slice(first.start, third.end),
      }
    : undefined;
}

/** With given names among them they are three people. */
const areFamilies = (names: readonly string[], { firstNames, lastNames }: Lexicon): boolean =>
  names.every(name => lastNames.has(name)) && names.filter(name => firstNames.has(name)).length < 2;
