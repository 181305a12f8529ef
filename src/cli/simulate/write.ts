import { createWriteStream } from 'node:fs';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CloudEvent } from './cloud-event.ts';

/** Lines are gathered up to this many characters, so that the stream's back-pressure costs little a line. */
const CHUNK = 64 * 1024;

export interface Written {
  readonly events: number;
  readonly bytes: number;
}

/**
 * Writes events as NDJSON to a file, or to standard output for `-`. The generator runs no faster than the reader
 * takes. A reader that leaves early (`| head`) ends the writing without an error.
 */
export async function writeNdjson(
  events: Iterable<CloudEvent>,
  out: string,
  onChunk: (written: Written, last: CloudEvent) => void,
): Promise<Written> {
  let written: Written = { events: 0, bytes: 0 };
  const chunks = Readable.from(
    gather(events, (count, bytes, last) => {
      written = { events: written.events + count, bytes: written.bytes + bytes };
      onChunk(written, last);
    }),
  );
  const target: Writable = out === '-' ? process.stdout : createWriteStream(out);
  try {
    await pipeline(chunks, target, { end: out !== '-' });
  } catch (error) {
    if (!isClosedPipe(error)) throw error;
  }
  return written;
}

function* gather(
  events: Iterable<CloudEvent>,
  onChunk: (events: number, bytes: number, last: CloudEvent) => void,
): Generator<Buffer> {
  let text = '';
  let count = 0;
  let last: CloudEvent | undefined;
  const flush = (): Buffer => {
    const chunk = Buffer.from(text);
    if (last !== undefined) onChunk(count, chunk.length, last);
    text = '';
    count = 0;
    return chunk;
  };
  for (const event of events) {
    text += `${JSON.stringify(event)}\n`;
    count++;
    last = event;
    if (text.length >= CHUNK) yield flush();
  }
  if (count > 0) yield flush();
}

const isClosedPipe = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE');
