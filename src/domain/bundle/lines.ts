import { Buffer } from 'node:buffer';

const LINE_FEED = 0x0a;

/** Text after the last line feed, or a line longer than allowed: the file is not what it says. */
export interface LineFault {
  readonly line: number;
  readonly reason: 'too-long' | 'unended';
}

/**
 * Cuts a file into lines, each ended by a line feed, without the line feed; one list for each piece that arrives. A line
 * is valid until the next piece is asked for. Ends early, after `onFault`, at a line of more than `maximum` bytes: nothing
 * of a hostile file is held for longer than that.
 */
export async function* linesOf(
  pieces: AsyncIterable<Buffer>,
  maximum: number,
  onFault: (fault: LineFault) => void,
): AsyncGenerator<readonly Buffer[]> {
  let rest: Buffer = Buffer.alloc(0);
  let count = 0;
  for await (const piece of pieces) {
    const text = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const { lines, end } = cut(text);
    const long = lines.findIndex(line => line.length > maximum);
    const good = long === -1 ? lines : lines.slice(0, long);
    count += good.length;
    if (good.length > 0) yield good;
    // A copy: the piece may be used again by whoever reads the file.
    rest = Buffer.from(text.subarray(end));
    if (long !== -1 || rest.length > maximum) {
      onFault({ line: count + 1, reason: 'too-long' });
      return;
    }
  }
  if (rest.length > 0) onFault({ line: count + 1, reason: 'unended' });
}

function cut(text: Buffer): { readonly lines: Buffer[]; readonly end: number } {
  const lines: Buffer[] = [];
  let end = 0;
  for (let feed = text.indexOf(LINE_FEED); feed !== -1; feed = text.indexOf(LINE_FEED, end)) {
    lines.push(text.subarray(end, feed));
    end = feed + 1;
  }
  return { lines, end };
}
