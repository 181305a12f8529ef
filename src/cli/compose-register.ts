import { createRegister } from '../api/register.ts';
import type { Services } from '../api/services.ts';
import type { Surroundings } from '../application/context.ts';
import { createDisclosures } from '../application/disclosures.ts';
import type { ViewIndex } from '../application/ports.ts';
import type { Recorder } from '../application/recorder.ts';
import type { Refusals } from '../application/refusals.ts';
import type { Tenants } from '../application/tenants.ts';
import { createTerms } from '../application/terms.ts';
import type { EventLog } from '../domain/ports/event-log.ts';
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
  disclosures: createDisclosures(base),
  terms: createTerms(base),
});
