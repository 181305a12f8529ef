import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import { LetheError } from '../domain/errors.ts';
import { LIMITS } from '../domain/limits.ts';

export const NDJSON_TYPE = 'application/x-ndjson';

/** One parsed line and where it stood, counted from 1, empty lines included. */
export interface NdjsonLine {
  readonly line: number;
  readonly value: unknown;
}

export interface NdjsonLimits {
  /** Bytes of one line, its end not counted. */
  readonly lineBytes: number;
  /** Lines that are not empty. */
  readonly lines: number;
  /** Bytes of the whole. */
  readonly bytes: number;
}

export const NDJSON_LIMITS: NdjsonLimits = {
  lineBytes: 2 * 1024 * 1024,
  lines: LIMITS.batchEvents,
  bytes: LIMITS.bodyBytes,
};

const LF = 0x0a;
const CR = 0x0d;

/**
 * Splits bytes into JSON lines as they come, whatever the chunks. CRLF, empty lines and a missing last line end
 * are tolerated. Everything is synchronous: one call a chunk, nothing a line but a decode and a parse.
 * Throws `malformed-ndjson` with the line, `event-too-large` with the line, `batch-too-large`, `body-too-large`.
 */
export class NdjsonParser {
  readonly #limits: NdjsonLimits;
  /** The line that has begun: its pieces, copied only when it ends. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;
  #line = 0;
  #values = 0;
  #bytes = 0;

  constructor(limits: NdjsonLimits = NDJSON_LIMITS) {
    this.#limits = limits;
  }

  /** The lines that this chunk completes. Keeps a reference to the chunk until its last line is complete. */
  push(chunk: Buffer): NdjsonLine[] {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#limits.bytes) {
      throw new LetheError('body-too-large', `a request body holds at most ${this.#limits.bytes} bytes`);
    }
    const found: NdjsonLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#take(this.#complete(chunk.subarray(start, end)), found);
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
    return found;
  }

  /** The last line, if it has no line feed. */
  end(): NdjsonLine[] {
    const found: NdjsonLine[] = [];
    if (this.#pieceBytes > 0) this.#take(this.#complete(Buffer.alloc(0)), found);
    return found;
  }

  #keep(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    // One byte of grace: the carriage return of a line end that has not come yet.
    if (this.#pieceBytes > this.#limits.lineBytes + 1) throw this.#tooLong(this.#line + 1);
  }

  #complete(last: Buffer): Buffer {
    if (this.#pieceBytes === 0) return last;
    const whole = Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return whole;
  }

  #take(raw: Buffer, found: NdjsonLine[]): void {
    this.#line += 1;
    const bytes = raw.at(-1) === CR ? raw.subarray(0, -1) : raw;
    if (bytes.length > this.#limits.lineBytes) throw this.#tooLong(this.#line);
    if (bytes.length === 0) return;
    this.#values += 1;
    if (this.#values > this.#limits.lines) {
      throw new LetheError('batch-too-large', `a request holds at most ${this.#limits.lines} events`);
    }
    found.push({ line: this.#line, value: parseLine(bytes, this.#line) });
  }

  #tooLong(line: number): LetheError {
    const message = `a line holds at most ${this.#limits.lineBytes} bytes`;
    return new LetheError('event-too-large', message, {
      faults: [{ line, code: 'event-too-large', message }],
    });
  }
}

function parseLine(bytes: Buffer, line: number): unknown {
  // Decoding would replace bad bytes without a word, and so change what was said.
  if (!isUtf8(bytes)) throw malformed(line, 'is not UTF-8');
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    // The parser's own message quotes the input: it is not passed on.
    throw malformed(line, 'is not JSON');
  }
}

const malformed = (line: number, message: string): LetheError =>
  new LetheError('malformed-ndjson', `line ${line} ${message}`, {
    faults: [{ line, code: 'malformed-ndjson', message }],
  });

/** The lines of a stream, an array a chunk, never an empty one. Leaves the stream open when it throws. */
export async function* readNdjson(
  source: Readable,
  limits: NdjsonLimits = NDJSON_LIMITS,
): AsyncGenerator<NdjsonLine[]> {
  const parser = new NdjsonParser(limits);
  // Destroying a request's stream would close the connection before the problem is answered.
  const chunks: AsyncIterable<Buffer> = source.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
    const lines = parser.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = parser.end();
  if (last.length > 0) yield last;
}

/** All lines of a stream, within the limits. */
export async function collectNdjson(source: Readable, limits?: NdjsonLimits): Promise<NdjsonLine[]> {
  const all: NdjsonLine[] = [];
  for await (const lines of readNdjson(source, limits)) for (const line of lines) all.push(line);
  return all;
}
