import { Buffer } from 'node:buffer';

/** Lines are gathered into pieces of about this many characters: a stream of single lines would cost more than it says. */
const PIECE = 65_536;

export async function* ndjson(
  batches: AsyncIterable<readonly unknown[]> | Iterable<readonly unknown[]>,
): AsyncGenerator<Buffer> {
  let text = '';
  for await (const batch of batches) {
    for (const item of batch) {
      text += `${JSON.stringify(item)}\n`;
      if (text.length < PIECE) continue;
      yield Buffer.from(text, 'utf8');
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text, 'utf8');
}

/** Stored envelopes as they are, one a line: their bytes hold no line feed, being JSON. */
export async function* envelopeLines(batches: AsyncIterable<readonly Buffer[]>): AsyncGenerator<Buffer> {
  for await (const batch of batches) {
    if (batch.length > 0) yield Buffer.concat(batch.flatMap(envelope => [envelope, LINE_FEED]));
  }
}

const LINE_FEED = Buffer.from('\n');

/** A file of one piece. */
export const once = (bytes: Buffer | string): readonly Buffer[] => [
  typeof bytes === 'string' ? Buffer.from(bytes, 'utf8') : bytes,
];
