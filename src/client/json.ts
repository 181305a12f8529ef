import { LetheClientError } from './errors.ts';

/** The value of a JSON text. Throws `answer-unreadable`, without the parser's words: they quote what may be personal. */
export function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LetheClientError('answer-unreadable', 'the answer is not JSON');
  }
}
