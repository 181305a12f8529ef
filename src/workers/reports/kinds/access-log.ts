import { z } from 'zod';
import { isAccess } from '../access-events.ts';
import { periodEvents, type PeriodEvent } from '../envelopes.ts';
import type { Dataset, PlanReport, ReportContext } from '../plan.ts';
import { periodTotals, sumBy, sumOf, totalsTable } from '../totals.ts';
import { number, plural } from '../words.ts';

const text = z.string().nullable();
const accessRow = z.object({
  index: z.int().nonnegative().meta({ description: 'leaf of the log' }),
  position: z.int().positive(),
  time: z.iso.datetime({ offset: true }),
  action: z.string(),
  actorKind: z.string(),
  actor: z.string(),
  role: text,
  subject: text,
  asset: text,
  fields: text.meta({ description: 'which records, or for which purpose' }),
  reason: text,
  case: text,
  approver: text,
  grantExpires: text,
});
type AccessRow = z.infer<typeof accessRow>;

/** Whoever else acts as staff (administrator, DPO, auditor) acts for the organisation itself. */
const PLATFORM_ROLES: ReadonlySet<string> = new Set(['operator', 'cross-tenant-auditor', 'investigator']);

/** Promises 18, 25, 39: who saw what of whom, why, under which case and approval, and what was refused. */
export const planAccessLog: PlanReport = async context => {
  const totals = (await periodTotals(context)).filter(({ action }) => isAccess(action));
  const all = sumOf(totals, () => true);
  const refused = sumOf(totals, ({ outcome }) => outcome === 'denied');
  const opened = totals.filter(({ actorKind, outcome }) => actorKind === 'staff' && outcome === 'ok');
  const byPlatform = sumOf(opened, ({ role }) => role !== null && PLATFORM_ROLES.has(role));
  const byOrganisation = sumOf(opened, () => true) - byPlatform;
  const byActor = sumBy(totals, ({ actorKind }) => actorKind);
  return {
    summary: {
      text: `${plural(all, 'access', 'accesses')} to data or records, ${plural(refused, 'refusal')} among them. People of the organisation opened something ${plural(byOrganisation, 'time')}, people of the platform ${plural(byPlatform, 'time')}.`,
      facts: [
        { name: 'Accesses and refusals', value: number(all) },
        { name: 'Refused', value: number(refused) },
        ...byActor.map(({ name, events }) => ({ name: `By actors of kind ${name}`, value: number(events) })),
      ],
    },
    sections: [
      {
        title: 'By action and role',
        blocks: [
          ...(byActor.length === 0
            ? []
            : [
                {
                  kind: 'chart' as const,
                  caption: 'Accesses by kind of actor',
                  chart: {
                    categories: byActor.map(({ name }) => name),
                    series: [{ name: 'accesses', values: byActor.map(({ events }) => events) }],
                    unit: 'events',
                    stacked: false,
                  },
                },
              ]),
          totalsTable(totals, 'Nobody reached for anything in the period.'),
        ],
      },
      {
        title: 'Every access',
        blocks: [
          {
            kind: 'paragraph',
            text: 'data/access.csv has one line an access: actor, role, subject, what was read, reason, case, approver and the expiry of the grant, as far as the access has them. Users are named by their inside reference only.',
          },
        ],
      },
    ],
    datasets: [accesses(context)],
  };
};

const accesses = (context: ReportContext): Dataset => ({
  name: 'access',
  row: accessRow,
  rows: async function* () {
    for await (const events of periodEvents(context)) {
      yield events.filter(({ envelope }) => isAccess(envelope.type)).map(rowOf);
    }
  },
});

function rowOf({ index, position, envelope }: PeriodEvent): AccessRow {
  const data: Readonly<Record<string, unknown>> = { ...envelope.data };
  const said = (...names: string[]): string | null => {
    const value = names.map(name => data[name]).find(given => typeof given === 'string');
    return typeof value === 'string' ? value : null;
  };
  return {
    index,
    position,
    time: envelope.time,
    action: envelope.type,
    actorKind: envelope.actor.kind,
    actor: envelope.actor.id,
    role: envelope.actor.role ?? null,
    subject: envelope.subject ?? null,
    asset: envelope.asset ?? null,
    fields: said('fields', 'records', 'action', 'purpose', 'report'),
    reason: said('reason'),
    case: said('case'),
    approver: said('approvedBy', 'approver'),
    grantExpires: said('expiresAt'),
  };
}
