import { Buffer } from 'node:buffer';
import { LetheError } from '../../domain/errors.ts';

export interface ExactReader {
  /** The next `size` bytes. Throws `sealed-malformed` where the source ends before. */
  take(size: number): Promise<Buffer>;
  /** Everything behind what was taken. */
  rest(): AsyncGenerator<Buffer>;
  close(): Promise<void>;
}

/** Reads a head of known length off a stream, and leaves the rest a stream. */
export function readExactly(source: AsyncIterable<Buffer>): ExactReader {
  const iterator = source[Symbol.asyncIterator]();
  let held = Buffer.alloc(0);
  const close = async (): Promise<void> => {
    await iterator.return?.();
  };
  return {
    take: async size => {
      while (held.length < size) {
        const step = await iterator.next();
        if (step.done === true) throw new LetheError('sealed-malformed', 'the sealed file is cut off');
        held = Buffer.concat([held, step.value]);
      }
      const taken = held.subarray(0, size);
      held = held.subarray(size);
      return taken;
    },
    rest: async function* () {
      try {
        if (held.length > 0) yield held;
        for (let step = await iterator.next(); step.done !== true; step = await iterator.next())
          yield step.value;
      } finally {
        await close();
      }
    },
    close,
  };
}
