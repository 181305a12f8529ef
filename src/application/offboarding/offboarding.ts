import { LetheError } from '../../domain/errors.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import { erasureTime } from '../../domain/time/retention.ts';
import { addDuration } from '../../domain/time/duration.ts';
import { isExpired } from '../../domain/preservation/coverage.ts';
import {
  offboardingDecider,
  type OffboardingCommand,
  type OffboardingState,
} from '../../domain/offboarding/offboarding.ts';
import { waitsFor, type OffboardingWait } from '../../domain/offboarding/waits.ts';
import type { PreservationState } from '../../domain/preservation/preservation.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { ViewIndex } from '../ports.ts';
import type { ReportRequests } from '../report-requests.ts';
import { PRESERVATION_STREAM } from '../streams.ts';
import { destroyTenant, type DestroyDeps } from './destroy.ts';
import type { Standings } from './standing.ts';

/** What stands of an offboarding, for people. */
export interface OffboardingShown {
  readonly state: OffboardingState;
  /** Once confirmed: what the destruction waits for. */
  readonly waits: readonly OffboardingWait[];
  /** When the last minimum window ends; undefined where nothing is kept, or it no longer matters. */
  readonly windowsEnd: Date | undefined;
  /** Log position of the event tenant.erased, once there is one. */
  readonly erasedPosition: number | undefined;
  readonly position: number;
}

export interface Offboardings {
  /** Throws `offboarding-exists`. `notice` is an ISO 8601 duration. */
  announce(tenant: string, notice: string, actor: Actor): Promise<OffboardingShown>;
  /** By somebody else. The tenant is read-only from then on. Throws `offboarding-not-found`, `own-approval`. */
  confirm(tenant: string, actor: Actor): Promise<OffboardingShown>;
  /** Until the destruction begins. Throws `offboarding-not-found`, `offboarding-started`. */
  withdraw(tenant: string, actor: Actor): Promise<OffboardingShown>;
  /** Throws `tenant-not-found`. */
  get(tenant: string): Promise<OffboardingShown>;
  /**
   * One step on: asks for the export, begins once nothing stands in the way, destroys the keys, certifies. Safe to repeat
   * and to be killed at any line. Answers whether something is left to do at once.
   */
  advance(tenant: string): Promise<boolean>;
}

interface Deps extends DestroyDeps {
  readonly log: EventLog;
  readonly reports: ReportRequests;
  readonly standings: Standings;
  readonly views: Pick<ViewIndex, 'latestTenantWindow' | 'reached'>;
}

const WORKER: Actor = { kind: 'worker', id: 'offboarder' };
const VIEW_TIMEOUT_MS = 30_000;

/** What the log does not say of a tenant's end. */
interface Circumstances {
  readonly exported: boolean;
  readonly windowsEnd: Date | undefined;
  readonly at: Date;
}

export function createOffboardings(deps: Deps): Offboardings {
  const { preservation, standings, clock, random } = deps;

  const change = async (tenant: string, actor: Actor, command: OffboardingCommand): Promise<number> => {
    const { position } = await preservation.change(tenant, actor, ({ offboarding }) => ({
      events: offboardingDecider.decide(command, offboarding),
    }));
    standings.forget(tenant);
    return position;
  };

  const show = async (tenant: string, position = 0): Promise<OffboardingShown> => {
    const state = await preservation.state(tenant);
    const { offboarding } = state;
    if (offboarding.status !== 'confirmed') {
      const erasedPosition =
        offboarding.status === 'erased' ? await positionOfErasure(deps, tenant) : undefined;
      return { state: offboarding, waits: [], windowsEnd: undefined, erasedPosition, position };
    }
    const circumstances = await look(deps, tenant, offboarding.report);
    const waits = waitsFor(offboarding, { ...circumstances, held: isHeld(state, circumstances.at) });
    const { windowsEnd } = circumstances;
    return { state: offboarding, waits, windowsEnd, erasedPosition: undefined, position };
  };

  /** First on the tenant's own record, which one of those that race gets to write; asked for by the step after it. */
  const exporting = async (tenant: string, replaces?: string): Promise<boolean> => {
    const command = { kind: 'export', report: random.uuidv7(), replaces, at: clock.now() } as const;
    return (await change(tenant, WORKER, command)) > 0;
  };

  const followExport = async (tenant: string, report: string): Promise<boolean> => {
    const { status } = await deps.reports.standing(tenant, report);
    if (status === 'failed') return exporting(tenant, report);
    if (status !== 'unknown') return begin(deps, tenant, report);
    await deps.reports.request(tenant, { report, kind: 'soc2-evidence' }, WORKER);
    return false;
  };

  const ask = async (tenant: string, actor: Actor, command: OffboardingCommand): Promise<OffboardingShown> =>
    show(tenant, await change(tenant, actor, command));

  return {
    announce: (tenant, notice, actor) =>
      ask(tenant, actor, {
        kind: 'announce',
        offboarding: random.uuidv7(),
        by: actor.id,
        notBefore: addDuration(clock.now(), notice),
      }),
    confirm: (tenant, actor) => ask(tenant, actor, { kind: 'confirm', by: actor.id }),
    withdraw: (tenant, actor) => ask(tenant, actor, { kind: 'withdraw' }),
    get: async tenant => {
      await deps.tenants.get(tenant);
      return show(tenant);
    },
    advance: async tenant => {
      const { offboarding } = await preservation.state(tenant);
      switch (offboarding.status) {
        case 'confirmed':
          return offboarding.report === undefined
            ? exporting(tenant)
            : followExport(tenant, offboarding.report);
        case 'started':
          if (await destroyTenant(deps, tenant, WORKER)) standings.forget(tenant);
          return false;
        case 'none':
        case 'announced':
        case 'erased':
          return false;
      }
    },
  };
}

async function positionOfErasure({ log }: Deps, tenant: string): Promise<number | undefined> {
  const events = await log.readStream(tenant, PRESERVATION_STREAM);
  return events.findLast(({ type }) => type === 'tenant.erased')?.position;
}

async function look(
  { reports, views, log, clock }: Deps,
  tenant: string,
  report: string | undefined,
): Promise<Circumstances> {
  const exported = report !== undefined && (await reports.standing(tenant, report)).status === 'issued';
  const windowsEnd = await views.latestTenantWindow(tenant);
  return { exported, windowsEnd, at: erasureTime(clock.now(), await log.now()) };
}

const isHeld = ({ holds }: PreservationState, at: Date): boolean =>
  holds.values().some(hold => !isExpired(hold, at));

/** Records the intent once nothing stands in the way; a hold placed meanwhile moves the stream, and it is decided anew. */
async function begin(deps: Deps, tenant: string, report: string): Promise<boolean> {
  // What was taken in just before the tenant became read-only has its window too.
  await deps.views.reached(await deps.log.head(), VIEW_TIMEOUT_MS);
  const circumstances = await look(deps, tenant, report);
  const kmsKeys = await deps.keys.kmsKeys(tenant);
  try {
    const { events } = await deps.preservation.change(tenant, WORKER, state => {
      const held = isHeld(state, circumstances.at);
      const command = { kind: 'start', kmsKeys, held, ...circumstances } as const;
      return { events: offboardingDecider.decide(command, state.offboarding) };
    });
    return events.length > 0;
  } catch (error) {
    if (error instanceof LetheError && WAITS.has(error.code)) return false;
    throw error;
  }
}

const WAITS: ReadonlySet<string> = new Set(['held', 'offboarding-waits']);
