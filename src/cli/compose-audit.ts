import type { Logger } from 'pino';
import type { Denial } from '../api/access.ts';
import { createAuditTrail } from '../api/audit-trail.ts';
import { actorOf } from '../api/principal.ts';
import { createRecords } from '../api/records.ts';
import type { Services } from '../api/services.ts';
import { caughtUp } from '../application/caught-up.ts';
import type { Surroundings } from '../application/context.ts';
import { createCrossTenantKeys } from '../application/cross-tenant-keys.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Recorder } from '../application/recorder.ts';
import { stampOf, type Tenants } from '../application/tenants.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { auditedTenants } from '../projections/audit-trail/query.ts';
import type { Stores } from './stores.ts';

interface Base extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly views: ViewIndex;
}

/** What the trail and the views answer, of one tenant or across all. */
export const composeAudit = (
  base: Base,
  {
    reader,
    writer,
    credentials,
    randomBytes,
  }: Pick<Stores, 'reader' | 'writer' | 'credentials' | 'randomBytes'>,
): Pick<Services, 'records' | 'audit' | 'crossTenantKeys'> => ({
  records: createRecords({ ...base, reader }),
  audit: createAuditTrail({ ...base, reader, writer }),
  crossTenantKeys: createCrossTenantKeys({
    ...base,
    store: credentials,
    randomBytes,
    allTenants: async () => {
      await caughtUp(base);
      return auditedTenants(writer);
    },
  }),
});

/** Puts a refused attempt on record (promise 18); what cannot be recorded is logged. */
export const recordingDenials =
  (base: Base, logger: Logger) =>
  (denial: Denial): void => {
    record(base, denial).catch((error: unknown) => logger.error({ err: error }, 'refusal not recorded'));
  };

async function record({ tenants, recorder, clock }: Base, denial: Denial): Promise<void> {
  const stamp = stampOf(await tenants.get(denial.tenant));
  const { principal, action, reason } = denial;
  // `GET /v1/tenants/:tenant/audit` is a pattern, not an address: nothing of the request is in it.
  const data = { action: action.replaceAll(' ', ':'), reason };
  await recorder.record(stamp, [
    { type: 'access.denied', data, actor: actorOf(principal), time: clock.now() },
  ]);
}
