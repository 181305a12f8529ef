import type { Ingest } from '../application/ingest/requests.ts';
import type { ReadingVault } from '../application/vault/vault.ts';
import { LetheError } from '../domain/errors.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { traced } from '../platform/tracing/traced.ts';
import type { Traffic } from './traffic.ts';

/** Counts reported events by outcome, and the requests under way; a refused batch counts whole. */
export const observeIngest =
  (ingest: Ingest, { ingestedEvents }: Metrics, traffic: Traffic): Ingest =>
  async (tenant, raw, actor) => {
    traffic.begin();
    try {
      const receipt = await ingest(tenant, raw, actor);
      ingestedEvents.inc({ outcome: 'accepted' }, receipt.accepted);
      ingestedEvents.inc({ outcome: 'duplicate' }, receipt.duplicates);
      return receipt;
    } catch (error) {
      if (error instanceof LetheError) ingestedEvents.inc({ outcome: 'refused' }, raw.length);
      throw error;
    } finally {
      traffic.end();
    }
  };

/** Times and traces each append until it is durable. */
export const observeLog = (log: EventLog, { appendSeconds }: Metrics): EventLog => ({
  ...log,
  append: async (events, expectations) => {
    const done = appendSeconds.startTimer();
    try {
      return await traced('log.append', { 'lethe.events': events.length }, () =>
        log.append(events, expectations),
      );
    } finally {
      done();
    }
  },
});

/** Counts the parts that were opened, by purpose (promise 16). */
export const observeOpenings = (vault: ReadingVault, { keyOpenings }: Metrics): ReadingVault => ({
  ...vault,
  open: async (tenant, scope, purpose, blob, eventId, part) => {
    const result = await vault.open(tenant, scope, purpose, blob, eventId, part);
    if (result.status === 'opened') keyOpenings.inc({ purpose });
    return result;
  },
  openMany: async (tenant, purpose, requests) => {
    const results = await vault.openMany(tenant, purpose, requests);
    keyOpenings.inc({ purpose }, results.filter(({ status }) => status === 'opened').length);
    return results;
  },
});
