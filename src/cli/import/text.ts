import { createReadStream } from 'node:fs';
import { LetheError } from '../../domain/errors.ts';

/** Characters of one line at most: beyond the service's own limit, and a bound on memory. */
const LONGEST_LINE = 4 * 1024 * 1024;

export interface Line {
  /** From 1 on. */
  readonly line: number;
  readonly text: string;
}

export const unreadable = (line: number, message: string, cause?: unknown): LetheError =>
  new LetheError('import-unreadable', `line ${line}: ${message}`, {
    faults: [{ line, code: 'import-unreadable', message }],
    cause,
  });

/** A file's text, chunk by chunk, without its byte order mark. Throws `import-unreadable` where it is not UTF-8. */
export async function* readText(path: string, onBytes: (count: number) => void): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let line = 1;
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    const text = decode(decoder, chunk, line);
    onBytes(chunk.length);
    line += countLines(text);
    yield text;
  }
  yield decode(decoder, undefined, line);
}

function decode(decoder: TextDecoder, chunk: Buffer | undefined, line: number): string {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw unreadable(line, 'this or a later line is not UTF-8', cause);
  }
}

const countLines = (text: string): number => text.split('\n').length - 1;

/** CRLF as LF, so that a line counts once wherever it ends; a lone CR stays. */
export async function* withoutCarriageReturns(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let held = '';
  for await (const chunk of chunks) {
    const text = held + chunk;
    held = text.endsWith('\r') ? '\r' : '';
    yield text.slice(0, text.length - held.length).replaceAll('\r\n', '\n');
  }
  yield held;
}

/** Lines ended by LF or CRLF; the last needs no end. Blank lines are counted and left out. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = '';
  let line = 0;
  for await (const chunk of chunks) {
    const pieces = (rest + chunk).split('\n');
    rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      line++;
      const text = piece.endsWith('\r') ? piece.slice(0, -1) : piece;
      if (text.trim() !== '') yield { line, text };
    }
    if (rest.length > LONGEST_LINE) throw unreadable(line + 1, `longer than ${LONGEST_LINE} characters`);
  }
  if (rest.trim() !== '') yield { line: line + 1, text: rest.endsWith('\r') ? rest.slice(0, -1) : rest };
}
