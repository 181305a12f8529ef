import { actionTotals, type ActionTotal } from '../../projections/audit-trail/totals.ts';
import { positionsBetween } from '../../projections/audit-trail/positions.ts';
import type { Table } from '../../documents/report-document.ts';
import type { ReportContext } from './plan.ts';
import { number, orDash } from './words.ts';

/** How often what was done in the period: the same events that the bundle proves. */
export async function periodTotals({
  db,
  tenant,
  period,
  asOf,
}: ReportContext): Promise<readonly ActionTotal[]> {
  const found = await positionsBetween(db, tenant.tenant, period, asOf.position);
  return found === undefined ? [] : actionTotals(db, tenant.tenant, found);
}

export const sumOf = (totals: readonly ActionTotal[], matches: (total: ActionTotal) => boolean): number =>
  totals.filter(matches).reduce((sum, { events }) => sum + events, 0);

/** Adds up by a name, the largest first. */
export function sumBy(
  totals: readonly ActionTotal[],
  nameOf: (total: ActionTotal) => string,
): { readonly name: string; readonly events: number }[] {
  const sums = new Map<string, number>();
  for (const total of totals) sums.set(nameOf(total), (sums.get(nameOf(total)) ?? 0) + total.events);
  return [...sums]
    .map(([name, events]) => ({ name, events }))
    .toSorted((a, b) => b.events - a.events || a.name.localeCompare(b.name, 'en'));
}

export const totalsTable = (totals: readonly ActionTotal[], empty: string): Table => ({
  kind: 'table',
  columns: [
    { title: 'Action', weight: 2 },
    { title: 'Actor' },
    { title: 'Role' },
    { title: 'Purpose' },
    { title: 'Outcome', weight: 0.8 },
    { title: 'Events', align: 'right', weight: 0.8 },
  ],
  rows: totals.map(({ action, actorKind, role, purpose, outcome, events }) => [
    action,
    actorKind,
    orDash(role),
    orDash(purpose),
    outcome,
    number(events),
  ]),
  empty,
});
