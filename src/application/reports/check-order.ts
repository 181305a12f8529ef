import { LetheError } from '../../domain/errors.ts';
import type { Clock } from '../../domain/ports/clock.ts';
import type { EventLog } from '../../domain/ports/event-log.ts';
import type { Actor } from '../../domain/events/envelope.ts';
import { LIMITS } from '../../domain/limits.ts';
import { KIND_TRAITS } from '../../domain/report/kinds.ts';
import { caughtUp } from '../caught-up.ts';
import type { ViewIndex } from '../ports.ts';
import type { ReportIndex } from './report-index.ts';
import type { ReportOrder } from './reports.ts';

interface Deps {
  readonly index: Pick<ReportIndex, 'findDeletion' | 'waiting'>;
  readonly views: Pick<ViewIndex, 'reached'>;
  readonly log: Pick<EventLog, 'head'>;
  readonly clock: Clock;
}

/**
 * The order with everything that it leaves open filled in. Throws `report-subject-required`, `report-subject-refused`,
 * `report-period-invalid`, `deletion-request-not-found`, `too-many-reports`.
 */
export async function checkOrder(
  deps: Deps,
  tenant: string,
  order: ReportOrder,
  actor: Pick<Actor, 'kind'>,
): Promise<ReportOrder> {
  const { kind, from, to, request } = order;
  const traits = KIND_TRAITS[kind];
  const hasPeriod = from !== undefined || to !== undefined;
  // A report of what has not happened yet would say that nothing did.
  const hasBegun = from === undefined || from <= deps.clock.now();
  const isOrdered = from === undefined || to === undefined || from < to;
  if (hasPeriod && !(traits.period && hasBegun && isOrdered)) {
    throw new LetheError(
      'report-period-invalid',
      'name a period that has begun and ends after it begins, for a kind that has one',
    );
  }
  const ofDeletion = kind === 'erasure-receipt' || kind === 'erasure-certificate';
  requireSubject(order, ofDeletion && request !== undefined);
  // What Lethe asks for itself (a right, the end of a tenant) is never turned away.
  if (actor.kind !== 'worker') await requireRoom(deps, tenant, order.subject);
  if (ofDeletion) return withDeletion(deps, tenant, order);
  if (request === undefined) return order;
  throw new LetheError('report-subject-refused', `a report of kind ${kind} is not about a deletion request`);
}

/** Throws `too-many-reports`: one caller does not take the workers' time from all others. A burst passes it by its width. */
async function requireRoom(
  { index, views, log }: Deps,
  tenant: string,
  subject: string | undefined,
): Promise<void> {
  await caughtUp({ views, log });
  const waiting = await index.waiting(tenant, subject);
  if (waiting.user >= LIMITS.waitingReportsOfUser || waiting.tenant >= LIMITS.waitingReports) {
    throw new LetheError('too-many-reports', 'so many reports wait to be built already; take up those first');
  }
}

function requireSubject({ kind, subject }: ReportOrder, isNamed: boolean): void {
  const traits = KIND_TRAITS[kind];
  if (traits.subject === 'required' && subject === undefined && !isNamed) {
    throw new LetheError('report-subject-required', `a report of kind ${kind} is about one user: name it`);
  }
  if (traits.subject === 'none' && subject !== undefined) {
    throw new LetheError('report-subject-refused', `a report of kind ${kind} is about the whole tenant`);
  }
}

/** Whoever has just asked for the deletion finds it: the views are waited for. */
async function withDeletion(
  { index, views, log }: Deps,
  tenant: string,
  order: ReportOrder,
): Promise<ReportOrder> {
  await caughtUp({ views, log });
  const { subject, request, kind } = order;
  const found = await index.findDeletion(tenant, {
    subject,
    request,
    erased: kind === 'erasure-certificate',
  });
  if (found === undefined) throw new LetheError('deletion-request-not-found', 'no such deletion request');
  return { ...order, request: found.request, subject: found.subject ?? undefined };
}
