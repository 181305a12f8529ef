import { z } from 'zod';
import type { Block } from '../../../documents/report-document.ts';
import {
  erasuresByMonth,
  type MonthlyErasures,
} from '../../../projections/erasure-ledger/queries/by-month.ts';
import { versions, type PolicyVersion } from '../../../projections/policies/queries.ts';
import {
  agesAtErasure,
  retainedAssets,
  type RetainedAsset,
  retentionClasses,
  type RetentionClass,
} from '../../../projections/user-assets/queries/retention.ts';
import { pages } from '../paging.ts';
import type { Dataset, PlanReport, ReportContext } from '../plan.ts';
import { moment, number, plural, span } from '../words.ts';

const count = z.int().nonnegative();
const date = z.iso.datetime().nullable();

const classRow = z.object({
  kind: z.string(),
  assets: count,
  visible: count,
  hidden: count,
  erased: count,
  due: count,
  overdue: count,
  held: count,
});
const assetRow = z.object({
  asset: z.string(),
  subject: z.uuid().nullable(),
  kind: z.string().nullable(),
  status: z.enum(['visible', 'hidden', 'erased']),
  stored: z.boolean(),
  createdAt: date,
  windowEnds: date,
  scheduledFor: date,
  hiddenAt: date,
  eraseAt: date,
  erasedAt: date,
  cause: z.string().nullable(),
  held: z.boolean(),
  overdue: z.boolean(),
});
const PAGE = 1_000;

/** Promises 9, 27, 37, 46: what is kept, how long it may be, what was erased, and what is late. */
export const planRetention: PlanReport = async context => {
  const { db, tenant, period, asOf } = context;
  const terms = { now: asOf.at, sla: tenant.policy.erasureSla };
  const classes = await retentionClasses(db, tenant.tenant, terms);
  const months = await erasuresByMonth(db, tenant.tenant, period);
  const ages = await agesAtErasure(db, tenant.tenant);
  const policies = await versions(db, tenant.tenant);
  return {
    summary: summaryOf(classes, tenant.policy.erasureSla),
    sections: [
      { title: 'Classes of data', blocks: [classTable(classes)] },
      { title: 'Periods in force', blocks: [policyTable(policies)] },
      { title: 'Erasures', blocks: erasureBlocks(months, ages) },
    ],
    datasets: [{ name: 'classes', row: classRow, rows: () => [classes] }, assets(context)],
  };
};

const assets = ({ db, tenant, asOf }: ReportContext): Dataset => ({
  name: 'assets',
  row: assetRow,
  rows: () =>
    pages<RetainedAsset>(PAGE, last => {
      const page = { now: asOf.at, sla: tenant.policy.erasureSla, after: last?.asset, limit: PAGE };
      return retainedAssets(db, tenant.tenant, page);
    }),
});

const total = (classes: readonly RetentionClass[], of: (row: RetentionClass) => number): number =>
  classes.reduce((sum, row) => sum + of(row), 0);

function summaryOf(classes: readonly RetentionClass[], sla: string) {
  const all = total(classes, row => row.assets);
  const erased = total(classes, row => row.erased);
  const overdue = total(classes, row => row.overdue);
  const late =
    overdue === 0
      ? 'No erasure is overdue.'
      : `${plural(overdue, 'erasure is', 'erasures are')} overdue by more than ${sla}.`;
  return {
    text: `Of ${plural(all, 'asset')} reported so far ${plural(erased, 'is', 'are')} erased. ${late}`,
    facts: [
      { name: 'Assets', value: number(all) },
      { name: 'Visible to their users', value: number(total(classes, row => row.visible)) },
      { name: 'Hidden and retained', value: number(total(classes, row => row.hidden)) },
      { name: 'Erased', value: number(erased) },
      { name: 'Due now', value: number(total(classes, row => row.due)) },
      { name: 'Under a legal hold', value: number(total(classes, row => row.held)) },
      { name: `Overdue (later than ${span(sla)})`, value: number(overdue) },
    ],
  };
}

const classTable = (classes: readonly RetentionClass[]): Block => ({
  kind: 'table',
  columns: [
    { title: 'Class', weight: 1.6 },
    ...['Assets', 'Visible', 'Hidden', 'Erased', 'Due', 'Overdue', 'Held'].map(title => ({
      title,
      align: 'right' as const,
    })),
  ],
  rows: classes.map(({ kind, ...row }) => [
    kind,
    ...[row.assets, row.visible, row.hidden, row.erased, row.due, row.overdue, row.held].map(number),
  ]),
  empty: 'No asset has been reported.',
});

const policyTable = (policies: readonly PolicyVersion[]): Block => ({
  kind: 'table',
  columns: [
    { title: 'Version', align: 'right', weight: 0.7 },
    { title: 'In force from', weight: 2 },
    { title: 'Minimum' },
    { title: 'Maximum' },
    { title: 'Erased at latest after' },
  ],
  rows: policies.map(({ version, inForceFrom, policy }) => [
    String(version),
    moment(inForceFrom),
    span(policy.minRetention),
    span(policy.maxRetention),
    span(policy.erasureSla),
  ]),
  empty: 'No policy was adopted.',
});

function erasureBlocks(
  months: readonly MonthlyErasures[],
  ages: readonly { readonly days: number; readonly assets: number }[],
): Block[] {
  if (months.length === 0) return [{ kind: 'paragraph', text: 'Nothing was erased in the period.' }];
  const categories = [...new Set(months.map(({ month }) => month))];
  const causes = [...new Set(months.map(({ cause }) => cause))];
  const erased = (month: string, cause: string): number =>
    months.find(row => row.month === month && row.cause === cause)?.erased ?? 0;
  const latest = Math.max(...months.map(({ lateMsMax }) => lateMsMax));
  return [
    {
      kind: 'chart',
      caption: 'Assets erased a month, by cause',
      chart: {
        categories,
        series: causes.map(cause => ({ name: cause, values: categories.map(month => erased(month, cause)) })),
        unit: 'assets',
        stacked: true,
      },
    },
    {
      kind: 'paragraph',
      text: `The latest erasure came ${number(Math.round(latest / 1_000))} s after its date.`,
    },
    {
      kind: 'table',
      columns: [{ title: 'Age at erasure, days' }, { title: 'Assets', align: 'right' }],
      rows: ages.map(({ days, assets: erasedAssets }) => [number(days), number(erasedAssets)]),
      empty: 'No age is known.',
    },
  ];
}
