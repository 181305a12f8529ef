import { LetheError } from '../../domain/errors.ts';
import { decodeEnvelope } from '../../domain/events/envelope.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import { KEY_STREAM } from '../streams.ts';

/**
 * Log position of the newest horizon that was reached by then: the one that a request's `horizonAt` comes from, or a later
 * one that covers the same epochs. Throws `internal` where the log has none.
 */
export async function horizonPosition(
  log: Pick<EventLog, 'readStream'>,
  tenant: string,
  by: Date,
): Promise<number> {
  // Some events an epoch, of which a day has one: few enough to read them all.
  const events = await log.readStream(tenant, KEY_STREAM);
  const reached = events.findLast(({ envelope }) => {
    const { type, data } = decodeEnvelope(envelope);
    return type === 'horizon.reached' && Date.parse(data.at) <= by.getTime();
  });
  if (reached === undefined)
    throw new LetheError('internal', 'the views name a horizon that the log has not');
  return reached.position;
}
