import { isUtf8, type Buffer } from 'node:buffer';

/** Strings and punctuation of a text that is JSON; numbers and words are passed over. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/gs;

/**
 * JSON that every reader reads alike: UTF-8, and no object names a field twice, of which some take the first and some the
 * last (RFC 8259 §4). Undefined where it is not; wrapped, since `null` is JSON too.
 */
export function parseJson(bytes: Buffer): { readonly value: unknown } | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
    // A compact text that is the same when written again names nothing twice: most lines are settled by that.
    return JSON.stringify(value) === text || !namesTwice(text) ? { value } : undefined;
  } catch {
    return undefined;
  }
}

function namesTwice(text: string): boolean {
  const open: Set<unknown>[] = [];
  let name = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const names = open.at(-1);
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token !== ':') name = token;
    else {
      const said: unknown = JSON.parse(name);
      if (names?.has(said)) return true;
      names?.add(said);
    }
  }
  return false;
}
