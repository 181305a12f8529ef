import { setTimeout as delay } from 'node:timers/promises';
import { LetheError } from '../../domain/errors.ts';
import type { HecClient } from './hec-client.ts';

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/**
 * Asks until the indexer has everything, less and less often. Throws `siem-unavailable` after the time: the batch is
 * then sent again, as the collector's protocol has it.
 */
export async function untilAcknowledged(
  client: HecClient,
  ids: readonly number[],
  withinMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  let open = ids;
  for (let wait = FIRST_WAIT_MS; open.length > 0; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    const { acks = {} } = await client.post(
      '/services/collector/ack',
      JSON.stringify({ acks: open }),
      signal,
    );
    open = open.filter(id => acks[String(id)] !== true);
    if (open.length === 0) return;
    if (performance.now() > deadline) {
      throw new LetheError('siem-unavailable', 'the indexer does not acknowledge what was sent');
    }
    await delay(wait, undefined, { signal });
  }
}
