import type { z } from 'zod';
import { LetheError } from '../domain/errors.ts';

const MAX_LENGTH = 1_024;
const invalid = (cause?: unknown): LetheError =>
  new LetheError('cursor-invalid', 'pass the cursor exactly as the list returned it', { cause });

/** Where a list goes on, as Base64url of JSON: opaque to callers, so that its shape may change. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position), 'utf8').toString('base64url');

/** Reads a cursor back. Throws `cursor-invalid` for anything that `encodeCursor` did not make of that shape. */
export function decodeCursor<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  if (text.length > MAX_LENGTH) throw invalid();
  const parsed = schema.safeParse(parse(text));
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

/** No text in PostgreSQL holds U+0000, so no place of a list does. */
function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.includes('\0')) throw invalid();
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'), storable);
  } catch (cause) {
    throw invalid(cause);
  }
}
