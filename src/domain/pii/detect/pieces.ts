/** A part of a text, and where it begins in it, in UTF-16 units. */
export interface Piece {
  readonly text: string;
  readonly from: number;
}

/** Detectors look at neighbourhoods: in pieces of this length their time grows with a text's length, whatever it holds. */
const LONGEST = 2_000;

const CUTS = ['\n\n', '\n', '. ', ' '];

/** The whole text in pieces, cut where a paragraph, a line, a sentence or a word ends, in this order of preference. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  for (let from = 0; from < text.length;) {
    const to = from + LONGEST >= text.length ? text.length : cutOf(text, from);
    pieces.push({ text: text.slice(from, to), from });
    from = to;
  }
  return pieces;
}

/** Never in the first half, so that pieces stay few. */
function cutOf(text: string, from: number): number {
  const latest = from + LONGEST;
  for (const cut of CUTS) {
    const at = text.lastIndexOf(cut, latest - cut.length);
    if (at > from + LONGEST / 2) return at + cut.length;
  }
  return latest;
}
