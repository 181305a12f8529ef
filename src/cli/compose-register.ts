import { createRegister } from '../api/register.ts';
import type { Services } from '../api/services.ts';
import { caughtUp } from '../application/caught-up.ts';
import type { Surroundings } from '../application/context.ts';
import { createDisclosures } from '../application/disclosures.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Recorder } from '../application/recorder.ts';
import type { Refusals } from '../application/refusals.ts';
import type { Tenants } from '../application/tenants.ts';
import { createTerms } from '../application/terms.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
import { servingModels } from '../projections/evidence/models.ts';
import { withTenant } from '../projections/runner/tenant.ts';
import type { Stores } from './stores.ts';

interface Base extends Surroundings {
  readonly log: EventLog;
  readonly recorder: Recorder;
  readonly tenants: Tenants;
  readonly views: ViewIndex;
}

/** Promises, disclosures and terms. */
export const composeRegister = (
  base: Base,
  { reader, writer }: Pick<Stores, 'reader' | 'writer'>,
  refusals: Refusals,
): Pick<Services, 'register' | 'disclosures' | 'terms'> => ({
  register: createRegister({ ...base, reader, writer, settle: () => refusals.flush() }),
  disclosures: createDisclosures({
    ...base,
    servingModels: async tenant => {
      await caughtUp(base);
      const models = await withTenant(reader, tenant, db => servingModels(db, tenant));
      return models.map(({ name, region }) => (region === null ? { name } : { name, region }));
    },
  }),
  terms: createTerms(base),
});
