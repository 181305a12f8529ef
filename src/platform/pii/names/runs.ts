import type { Tagger } from './tagger.ts';
import { fold } from './lexicon.ts';
import { CONNECTORS, HONORIFICS, NEVER_NAMES } from './words.ts';

export interface Word {
  readonly text: string;
  readonly folded: string;
  readonly start: number;
  readonly end: number;
  /** Universal part of speech. */
  readonly pos: string;
  readonly isCapital: boolean;
  /** A capital and a dot, as in "Iva D. Grusová". */
  readonly isInitial: boolean;
  /** A capitalised word follows on the same line. */
  readonly leadsOn: boolean;
  /** First of its sentence, line or quotation: its capital says nothing. */
  readonly isFirst: boolean;
}

/** Names that stand together, and the text around them. */
export interface Run {
  readonly words: readonly Word[];
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const WORD = /\p{L}[\p{L}\p{M}∆]*(?:[-'’](?!s\b)\p{L}[\p{L}\p{M}]*)*/gu;
const STARTS = /(?:^|[.!?:;>\n"“”«]|[.!?]["”)])\s*$/u;

export function wordsOf(text: string, tag: Tagger): Word[] {
  const tags = tag(text);
  return [...text.matchAll(WORD)].map(({ 0: word, index }) => ({
    text: word,
    folded: fold(word),
    start: index,
    end: index + word.length,
    pos: tags.get(index) ?? 'X',
    isCapital: /^\p{Lu}/u.test(word),
    isInitial: word.length === 1 && text[index + 1] === '.',
    leadsOn: /^\.? \p{Lu}\p{L}*/u.test(text.slice(index + word.length, index + word.length + 4)),
    isFirst: STARTS.test(text.slice(Math.max(0, index - 6), index)),
  }));
}

/** Between two words of one name: a space, or the dot of an initial and a space. */
const JOINT = /^(?:\.?[ ]{1,2})$/;

export type IsName = (word: Word) => boolean;

/** Maximal sequences of names on one line, with the small words inside them ("Maika van de Noort"). */
export function runsOf(text: string, words: readonly Word[], isName: IsName): Run[] {
  const runs: Run[] = [];
  let current: Word[] = [];
  const finish = (): void => {
    while (current.length > 0 && CONNECTORS.has(current.at(-1)?.folded ?? '')) current.pop();
    const [first] = current;
    const last = current.at(-1);
    if (first !== undefined && last !== undefined) {
      runs.push({
        words: current,
        start: first.start,
        end: last.end,
        text: text.slice(first.start, last.end),
      });
    }
    current = [];
  };
  for (const word of words) {
    const last = current.at(-1);
    const isNever = HONORIFICS.has(word.folded) || NEVER_NAMES.has(word.folded);
    const isNamed = word.isInitial ? word.isCapital && current.length > 0 : !isNever && isName(word);
    if (last !== undefined && !joins(text, last, word)) finish();
    if (isNamed || (current.length > 0 && CONNECTORS.has(word.folded))) current.push(word);
    else finish();
  }
  finish();
  return runs;
}

/** A dot joins only behind an initial or an abbreviation: elsewhere it ends a sentence. */
function joins(text: string, last: Word, next: Word): boolean {
  const gap = text.slice(last.end, next.start);
  return JOINT.test(gap) && (!gap.startsWith('.') || last.text.length <= 2);
}
