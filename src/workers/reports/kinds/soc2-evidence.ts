import { z } from 'zod';
import type { Section } from '../../../documents/report-document.ts';
import {
  erasuresByMonth,
  type MonthlyErasures,
} from '../../../projections/erasure-ledger/queries/by-month.ts';
import type { ActionTotal } from '../../../projections/audit-trail/totals.ts';
import { headOf, periodHeads, type PeriodHead } from '../envelopes.ts';
import type { PlanReport, ReportContext } from '../plan.ts';
import { drawSample } from '../sample.ts';
import { periodTotals, sumOf, totalsTable } from '../totals.ts';
import { moment, number, orDash, plural } from '../words.ts';

const eventRow = z.object({
  index: z.int().nonnegative().meta({ description: 'leaf of the log' }),
  position: z.int().positive(),
  time: z.iso.datetime({ offset: true }),
  recorded: z.iso.datetime(),
  type: z.string(),
  actorKind: z.string(),
  actor: z.string(),
  role: z.string().nullable(),
  target: z.string().nullable(),
  policy: z.int(),
});
type EventRow = z.infer<typeof eventRow>;

/** What AICPA guidance takes for a control that runs many times a day. */
const SAMPLE = 60;

/** The full population with a proof that it is complete; then a sample that anybody can draw again. */
export const planSoc2: PlanReport = async context => {
  const totals = await periodTotals(context);
  const sample = await sampleOf(context);
  const months = await erasuresByMonth(context.db, context.tenant.tenant, context.period);
  const { from, to } = context.leaves;
  return {
    summary: {
      text: `The population is every event of the period: leaves ${number(from)} to ${number(to)} of the log, ${plural(to - from, 'event')}, complete by proof. ${plural(sample.length, 'event')} of it are drawn as a sample.`,
      facts: [
        { name: 'Population', value: plural(to - from, 'event') },
        { name: 'Leaves', value: `from ${number(from)} on, before ${number(to)}` },
        { name: 'Sample', value: plural(sample.length, 'event') },
        { name: 'Seed of the sample', value: context.checkpoint.root.toString('base64') },
        {
          name: 'Refused attempts',
          value: number(sumOf(totals, ({ action }) => action === 'access.denied')),
        },
        {
          name: 'Erasures recorded',
          value: number(sumOf(totals, ({ action }) => action === 'asset.erased')),
        },
      ],
    },
    sections: [populationSection(totals), ...criteria(totals, months), sampleSection(sample)],
    datasets: [
      { name: 'sample', row: eventRow, rows: () => [sample] },
      {
        name: 'population',
        row: eventRow,
        rows: async function* () {
          for await (const events of periodHeads(context)) yield events.map(rowOf);
        },
      },
    ],
  };
};

async function sampleOf({ tenant, leaves, checkpoint, sources }: ReportContext): Promise<EventRow[]> {
  const rows: EventRow[] = [];
  for (const index of drawSample(checkpoint.root, leaves.from, leaves.to, SAMPLE)) {
    for await (const batch of sources.proofs.entries(tenant.tenant, index, index + 1)) {
      rows.push(...batch.map(entry => rowOf(headOf(entry))));
    }
  }
  return rows;
}

const rowOf = ({ index, position, head }: PeriodHead): EventRow => ({
  index,
  position,
  time: head.time,
  recorded: head.recorded,
  type: head.type,
  actorKind: head.actor.kind,
  actor: head.actor.id,
  role: head.actor.role ?? null,
  target: head.asset ?? head.subject ?? null,
  policy: head.policy,
});

const populationSection = (totals: readonly ActionTotal[]): Section => ({
  title: 'Population',
  blocks: [
    {
      kind: 'paragraph',
      text: 'log/entries.ndjson holds every event as it is stored; log/range-proof.json proves that these are all the leaves of the range and that they lead to the root of the signed checkpoint. data/population.csv is the same in columns.',
    },
    totalsTable(totals, 'The period holds no event.'),
  ],
});

const CRITERIA: readonly {
  readonly title: string;
  readonly text: string;
  readonly covers: (total: ActionTotal) => boolean;
}[] = [
  {
    title: 'CC6: logical access',
    text: 'Credentials issued and revoked, keys created, rotated and destroyed, every read of personal data with its role and purpose, and what was refused.',
    covers: ({ action }) =>
      /^(credential|key|access|case)\.|^(asset\.viewed|asset\.downloaded|subject\.viewed|records\.viewed|report\.downloaded)$/.test(
        action,
      ),
  },
  {
    title: 'CC7: monitoring',
    text: 'Refusals, blocked requests, findings of personal data, and signals of abuse.',
    covers: ({ action, outcome }) =>
      outcome === 'denied' || /^(pii|abuse)\./.test(action) || action === 'account.blocked',
  },
];

function criteria(totals: readonly ActionTotal[], months: readonly MonthlyErasures[]): Section[] {
  return [
    ...CRITERIA.map(({ title, text, covers }): Section => ({
      title,
      blocks: [
        { kind: 'paragraph', text },
        totalsTable(totals.filter(covers), 'The period holds no such event.'),
      ],
    })),
    {
      title: 'C1.2: disposal of confidential information',
      blocks: [
        {
          kind: 'paragraph',
          text: 'Every erasure destroys the data keys of the asset, is recorded with the ids of the keys, and is certified by an event of its own.',
        },
        {
          kind: 'table',
          columns: [
            { title: 'Month' },
            { title: 'Cause' },
            { title: 'Erased', align: 'right' },
            { title: 'Latest after its date', align: 'right' },
          ],
          rows: months.map(({ month, cause, erased, lateMsMax }) => [
            month,
            cause,
            number(erased),
            `${number(Math.round(lateMsMax / 1_000))} s`,
          ]),
          empty: 'Nothing was erased in the period.',
        },
      ],
    },
  ];
}

const sampleSection = (sample: readonly EventRow[]): Section => ({
  title: 'Sample',
  blocks: [
    {
      kind: 'paragraph',
      text: 'The i-th candidate is the SHA-256 of the root followed by i, four bytes that count from 0 on; its first six bytes, as a number, modulo the size of the population, are its place in the population. Doubles are skipped.',
    },
    {
      kind: 'table',
      columns: [
        { title: 'Leaf', align: 'right', weight: 0.7 },
        { title: 'Time', weight: 1.6 },
        { title: 'Type', weight: 1.6 },
        { title: 'Actor', weight: 1.2 },
        { title: 'Target', weight: 1.6 },
      ],
      rows: sample.map(row => [
        number(row.index),
        moment(new Date(row.time)),
        row.type,
        row.role ?? row.actorKind,
        orDash(row.target),
      ]),
      empty: 'The period holds no event.',
    },
  ],
});
