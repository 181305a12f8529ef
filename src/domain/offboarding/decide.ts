import { LetheError, unreachable } from '../errors.ts';
import type { LetheEvent } from '../events/catalogue.ts';
import type {
  AnnounceOffboarding,
  CompleteDestruction,
  ConfirmOffboarding,
  ExportTenant,
  OffboardingCommand,
  OffboardingState,
  StartDestruction,
} from './offboarding.ts';
import { waitsFor } from './waits.ts';

const notFound = (): LetheError =>
  new LetheError('offboarding-not-found', 'no offboarding of this tenant is under way');
const tooLate = (): LetheError =>
  new LetheError('offboarding-started', 'the destruction of the keys has begun');

function announce(
  { offboarding, by, notBefore }: AnnounceOffboarding,
  state: OffboardingState,
): LetheEvent[] {
  if (state.status !== 'none') {
    throw new LetheError('offboarding-exists', 'an offboarding of this tenant is under way');
  }
  return [{ type: 'offboarding.announced', data: { offboarding, by, notBefore: notBefore.toISOString() } }];
}

/** Two people: whoever announced it cannot confirm it. A second confirmation is no event. */
function confirm({ by }: ConfirmOffboarding, state: OffboardingState): LetheEvent[] {
  if (state.status === 'none') throw notFound();
  if (by === state.by) {
    throw new LetheError('own-approval', 'somebody else than who announced it has to confirm it');
  }
  if (state.status !== 'announced') return [];
  return [{ type: 'offboarding.confirmed', data: { offboarding: state.offboarding } }];
}

function withdraw(state: OffboardingState): LetheEvent[] {
  switch (state.status) {
    case 'none':
      throw notFound();
    case 'announced':
    case 'confirmed':
      return [{ type: 'offboarding.withdrawn', data: { offboarding: state.offboarding } }];
    case 'started':
    case 'erased':
      throw tooLate();
    default:
      return unreachable(state);
  }
}

/** The pause before an export that failed is asked for again: doubled each time, an hour at most. */
const FIRST_PAUSE_MS = 60_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Once, and again for one that failed, more and more slowly: the whole log is read for each. */
function exporting({ report, replaces, at }: ExportTenant, state: OffboardingState): LetheEvent[] {
  if (state.status !== 'confirmed' || state.report !== replaces) return [];
  const { offboarding, exportAskedAt, exports } = state;
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (exports - 1), LONGEST_PAUSE_MS);
  if (exportAskedAt !== undefined && at.getTime() < exportAskedAt.getTime() + pause) return [];
  return [{ type: 'offboarding.exporting', data: { offboarding, report } }];
}

/** Throws `held` or `offboarding-waits`, with what it waits for; nothing is begun that is not confirmed. */
function start(command: StartDestruction, state: OffboardingState): LetheEvent[] {
  if (state.status !== 'confirmed') return [];
  const waits = waitsFor(state, command);
  if (waits.includes('held'))
    throw new LetheError('held', 'a legal hold is in force', { details: { waits } });
  if (waits.length > 0) {
    throw new LetheError('offboarding-waits', `the destruction waits for ${waits.join(', ')}`, {
      details: { waits },
    });
  }
  const { offboarding } = state;
  return [{ type: 'offboarding.started', data: { offboarding, kmsKeys: [...command.kmsKeys] } }];
}

/** Whoever resumed the destruction may have completed it already: that is no error. */
function complete(
  { kmsKeys, foundGone, certificate, at }: CompleteDestruction,
  state: OffboardingState,
): LetheEvent[] {
  if (state.status !== 'started') return [];
  const { offboarding, report } = state;
  const data = {
    ...{ offboarding, kmsKeys: [...kmsKeys], erasedAt: at.toISOString(), certificate },
    ...(foundGone.length === 0 ? {} : { foundGone: [...foundGone] }),
    ...(report === undefined ? {} : { report }),
  };
  return [{ type: 'tenant.erased', data }];
}

export function decideOffboarding(command: OffboardingCommand, state: OffboardingState): LetheEvent[] {
  switch (command.kind) {
    case 'announce':
      return announce(command, state);
    case 'confirm':
      return confirm(command, state);
    case 'withdraw':
      return withdraw(state);
    case 'export':
      return exporting(command, state);
    case 'start':
      return start(command, state);
    case 'complete':
      return complete(command, state);
    default:
      return unreachable(command);
  }
}
