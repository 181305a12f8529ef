import { readsStream, assetStream, subjectStream, TENANT_STREAM } from '../../application/streams.ts';
import { decodeEnvelope, type AnyEnvelope } from '../../domain/events/envelope.ts';
import {
  subjectHoldings,
  type SubjectHolding,
} from '../../projections/user-assets/queries/subject-holdings.ts';
import { readEvents } from '../../application/certificates/proven.ts';
import { positionsOfTarget } from '../../projections/audit-trail/totals.ts';
import { pages } from './paging.ts';
import type { ReportContext } from './plan.ts';

const PAGE = 200;

/** The user whom the report is about. */
export function subjectOf({ report }: ReportContext): string {
  if (report.subject === null) throw new Error(`a report of kind ${report.kind} is about a user`);
  return report.subject;
}

export const holdingsOf = (context: ReportContext): AsyncGenerator<readonly SubjectHolding[]> =>
  pages<SubjectHolding>(PAGE, last =>
    subjectHoldings(context.db, context.tenant.tenant, subjectOf(context), {
      after: last?.asset,
      limit: PAGE,
    }),
  );

export interface SubjectEvent {
  readonly position: number;
  readonly event: AnyEnvelope;
}

/** The policies that the user's data is under, then everything recorded about the user, stream by stream. */
export async function* subjectEvents(context: ReportContext): AsyncGenerator<SubjectEvent[]> {
  const subject = subjectOf(context);
  for (const stream of [TENANT_STREAM, subjectStream(subject), readsStream(subject)])
    yield await eventsOf(context, stream);
  yield* requestEvents(context);
  for await (const holdings of holdingsOf(context)) {
    for (const { asset } of holdings) {
      yield await eventsOf(context, assetStream(asset));
      yield await eventsOf(context, readsStream(asset));
    }
  }
}

/** What the user asked for under GDPR Art. 15 to 21, and the reports about the user: each has a stream of its own. */
const REQUEST_ACTIONS = [
  ...['dsr.received', 'dsr.handed-over', 'dsr.extended', 'dsr.started', 'dsr.fulfilled'],
  ...['report.requested', 'report.issued', 'report.failed', 'report.downloaded', 'report.expired'],
];

async function* requestEvents(context: ReportContext): AsyncGenerator<SubjectEvent[]> {
  const { db, tenant, asOf, sources } = context;
  const what = { target: subjectOf(context), actions: REQUEST_ACTIONS };
  const positions = pages<number>(PAGE, (after = 0) =>
    positionsOfTarget(db, tenant.tenant, what, { after, last: asOf.position, limit: PAGE }),
  );
  for await (const page of positions) {
    const events = await readEvents(sources.log, tenant.tenant, page);
    yield events.map(({ position, envelope }) => ({ position, event: envelope }));
  }
}

async function eventsOf({ sources, tenant, asOf }: ReportContext, stream: string): Promise<SubjectEvent[]> {
  const stored = await sources.log.readStream(tenant.tenant, stream);
  return stored
    .filter(({ position }) => position <= asOf.position)
    .map(({ position, envelope }) => ({ position, event: decodeEnvelope(envelope) }));
}
