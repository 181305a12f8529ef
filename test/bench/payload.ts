import { lettersOf } from '../../src/cli/letters.ts';
import { composePrompt } from '../../src/cli/simulate/grammar.ts';
import { createRandom } from '../../src/cli/simulate/random.ts';

export const BATCH = 1_000;
const CONTENT_LENGTH = 800;
const USERS = 2_000;
const VARIANTS = 64;

const random = createRandom('bench payload');
const texts = Array.from({ length: VARIANTS }, () => textOf(CONTENT_LENGTH));

/** Composed text of exactly that many characters. */
function textOf(length: number): string {
  let text = '';
  while (text.length < length) text += `${composePrompt(random, 'image')} `;
  return text.slice(0, length);
}

/**
 * The n-th event of a load, as JSON: generations, each requested and completed, 0.8 kB of content in either event,
 * over 2,000 users. `run` keeps the ids of different measurements apart; without a `time` the service's clock counts.
 */
export function eventText(run: string, n: number, time?: string): string {
  const generation = Math.floor(n / 2);
  const asset = `${run}-${lettersOf(generation)}`;
  const text = texts[n % VARIANTS] ?? '';
  const isRequest = n % 2 === 0;
  return JSON.stringify({
    specversion: '1.0',
    id: `${run}-event-${lettersOf(n)}`,
    source: `urn:lethe:bench:${run}`,
    type: isRequest ? 'generation.requested' : 'generation.completed',
    subject: asset,
    ...(time === undefined ? {} : { time }),
    data: {
      subject: `user-${generation % USERS}`,
      model: 'example/pictor:3',
      modality: 'image',
      ...(isRequest ? { prompt: text } : { output: text }),
    },
  });
}

/** NDJSON bodies of 1,000 events, events `from` to `to` (exclusive). */
export function* bodies(run: string, from: number, to: number, time?: string): Generator<Buffer> {
  for (let start = from; start < to; start += BATCH) {
    const count = Math.min(BATCH, to - start);
    yield Buffer.from(
      Array.from({ length: count }, (_, index) => eventText(run, start + index, time)).join('\n'),
    );
  }
}
