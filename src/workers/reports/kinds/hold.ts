import { z } from 'zod';
import { listHolds, type HoldRow } from '../../../projections/erasure-ledger/queries/holds.ts';
import { mapPages, pages } from '../paging.ts';
import type { PlanReport, ReportContext } from '../plan.ts';
import { moment, momentOr, number, plural, remainder, ROWS_ON_PAPER } from '../words.ts';
import { periodEvents } from '../envelopes.ts';

const date = z.iso.datetime();
const holdRow = z.object({
  hold: z.uuid(),
  kind: z.string(),
  authority: z.string(),
  ground: z.string(),
  state: z.enum(['requested', 'active', 'expired', 'released', 'withdrawn', 'lapsed']),
  subject: z.uuid().nullable(),
  assets: z.array(z.string()),
  case: z.uuid().nullable(),
  requestedAt: date.nullable(),
  requestedBy: z.string().nullable(),
  placedAt: date.nullable(),
  expiresAt: date.nullable(),
  releasedAt: date.nullable(),
  placedBy: z.string().nullable(),
  releasedBy: z.string().nullable(),
});

interface Actors {
  readonly placedBy: ReadonlyMap<string, string>;
  readonly releasedBy: ReadonlyMap<string, string>;
}
type HeldRow = HoldRow & { readonly placedBy: string | null; readonly releasedBy: string | null };

const PAGE = 500;

/** Promise 19: who ordered what to be preserved, from when, until when, by whose hand, and how it ended. */
export const planHold: PlanReport = async context => {
  const actors = await actorsOf(context);
  const counts = { requested: 0, active: 0, expired: 0, released: 0, withdrawn: 0, lapsed: 0 };
  const first: HeldRow[] = [];
  let all = 0;
  for await (const page of holds(context, actors)) {
    all += page.length;
    for (const hold of page) counts[hold.state]++;
    first.push(...page.slice(0, ROWS_ON_PAPER - first.length));
  }
  return {
    summary: {
      text: `${plural(all, 'hold was', 'holds were')} asked for so far; ${plural(counts.active, 'is', 'are')} in force. A hold takes two people; what one asks for preserves for 72 hours at most. It postpones erasure and never shows a hidden asset again.`,
      facts: [
        { name: 'In force', value: number(counts.active) },
        { name: 'Waiting for a second person', value: number(counts.requested) },
        { name: 'Released', value: number(counts.released) },
        { name: 'Expired', value: number(counts.expired) },
        { name: 'Never approved', value: number(counts.lapsed + counts.withdrawn) },
      ],
    },
    sections: [
      {
        title: 'Holds',
        blocks: [
          {
            kind: 'table',
            columns: [
              { title: 'Authority and ground', weight: 2.4 },
              { title: 'Scope', weight: 1.6 },
              { title: 'Placed', weight: 1.7 },
              { title: 'Ends', weight: 1.7 },
              { title: 'State' },
            ],
            rows: first.map(paperRow),
            empty: 'No hold was ever asked for.',
            note: remainder(first.length, all, 'holds'),
          },
        ],
      },
    ],
    datasets: [{ name: 'holds', row: holdRow, rows: () => holds(context, actors) }],
  };
};

const paperRow = (hold: HeldRow): string[] => [
  `${hold.kind}: ${hold.authority}. ${hold.ground}`,
  hold.subject === null ? plural(hold.assets.length, 'asset') : `subject ${hold.subject}`,
  hold.placedAt === null
    ? 'not placed'
    : `${moment(hold.placedAt)} by ${hold.placedBy ?? 'an actor before the period'}`,
  hold.releasedAt === null ? momentOr(hold.expiresAt, 'on release') : moment(hold.releasedAt),
  hold.releasedBy === null ? hold.state : `${hold.state} by ${hold.releasedBy}`,
];

const holds = ({ db, tenant, asOf }: ReportContext, actors: Actors): AsyncGenerator<readonly HeldRow[]> =>
  mapPages(
    pages<HoldRow>(PAGE, last =>
      listHolds(db, tenant.tenant, { cursor: last?.position, limit: PAGE, now: asOf.at }),
    ),
    hold => ({
      ...hold,
      placedBy: actors.placedBy.get(hold.hold) ?? null,
      releasedBy: actors.releasedBy.get(hold.hold) ?? null,
    }),
  );

/** Who placed and who released each hold, by the events of the period. */
async function actorsOf(context: ReportContext): Promise<Actors> {
  const placedBy = new Map<string, string>();
  const releasedBy = new Map<string, string>();
  for await (const events of periodEvents(context)) {
    for (const { envelope } of events) {
      const { role, kind, id } = envelope.actor;
      const actor = `${role ?? kind} ${id}`;
      if (envelope.type === 'hold.placed') placedBy.set(envelope.data.hold, actor);
      if (envelope.type === 'hold.released') releasedBy.set(envelope.data.hold, actor);
    }
  }
  return { placedBy, releasedBy };
}
