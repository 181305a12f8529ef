import { LetheClientError } from './errors.ts';
import { parseAnswer } from './json.ts';

/** The items of an NDJSON body, as they come. Throws `answer-unreadable`, and `unreachable` where it breaks off. */
export async function* itemsOf<T>(body: ReadableStream<Uint8Array>): AsyncGenerator<T> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(brokenOff);
      rest += decoder.decode(value, { stream: !done });
      const lines = rest.split('\n');
      rest = done ? '' : (lines.pop() ?? '');
      for (const line of lines) if (line !== '') yield parseAnswer(line) as T;
      if (done) return;
    }
  } finally {
    // Whoever stops listening half-way lets go of the connection.
    await reader.cancel().catch(() => undefined);
  }
}

function brokenOff(cause: unknown): never {
  throw new LetheClientError('unreachable', 'the answer broke off', { cause });
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** The items of every page of a list, read page by page as they are asked for. */
export async function* itemsOfPages<T>(
  page: (cursor: string | undefined) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const { items, next } = await page(cursor);
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}
