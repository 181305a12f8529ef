import { z } from 'zod';
import { allowsModelRegion } from '../../../domain/policy/regions.ts';
import { isAccess } from '../access-events.ts';
import { periodEvents } from '../envelopes.ts';
import type { PlanReport, ReportContext } from '../plan.ts';
import { number, plural } from '../words.ts';

const STORES = ['log', 'model', 'key', 'export', 'access'] as const;
type Store = (typeof STORES)[number];
const regionRow = z.object({
  store: z.enum(STORES),
  region: z.string(),
  events: z.int().nonnegative(),
  outOfRegion: z
    .int()
    .nonnegative()
    .meta({ description: 'events that the policy of their time does not allow there' }),
});
type RegionRow = z.infer<typeof regionRow>;

/** Promises 4 and 5: in which region data was stored, served by models, keyed and exported. */
export const planResidency: PlanReport = async context => {
  const rows = await countByRegion(context);
  const outside = rows.reduce((sum, { outOfRegion }) => sum + outOfRegion, 0);
  const regions = [...new Set(rows.map(({ region }) => region))].toSorted();
  const { region } = context.tenant;
  return {
    summary: {
      text: `The organisation is pinned to region ${region}. ${plural(outside, 'event')} of the period ${outside === 1 ? 'lies' : 'lie'} out of the regions that the policy allows.`,
      facts: [
        { name: 'Region', value: region },
        { name: 'Regions of models that served', value: regionsOf(rows, 'model').join(', ') || 'none named' },
        { name: 'Events out of region', value: number(outside) },
      ],
    },
    sections: [
      {
        title: 'Events by region',
        blocks: [
          {
            kind: 'paragraph',
            text: 'log: where the event is stored, and its sealed content with it. model: where the model ran that served the call. key: where the key lies that seals the content. export: where reports were built. access: where a read was answered.',
          },
          ...(regions.length === 0
            ? []
            : [
                {
                  kind: 'chart' as const,
                  caption: 'Events by region of store and model',
                  chart: {
                    categories: regions,
                    series: (['log', 'model'] as const).map(store => ({
                      name: store,
                      values: regions.map(name => countOf(rows, store, name)),
                    })),
                    unit: 'events',
                    stacked: false,
                  },
                },
              ]),
          {
            kind: 'table',
            columns: [
              { title: 'Of' },
              { title: 'Region', weight: 2 },
              { title: 'Events', align: 'right' },
              { title: 'Out of region', align: 'right' },
            ],
            rows: rows.map(row => [row.store, row.region, number(row.events), number(row.outOfRegion)]),
            empty: 'The period holds no event.',
          },
        ],
      },
    ],
    datasets: [{ name: 'regions', row: regionRow, rows: () => [rows] }],
  };
};

const regionsOf = (rows: readonly RegionRow[], store: Store): string[] =>
  rows.filter(row => row.store === store).map(({ region }) => region);
const countOf = (rows: readonly RegionRow[], store: Store, region: string): number =>
  rows.find(row => row.store === store && row.region === region)?.events ?? 0;

async function countByRegion(context: ReportContext): Promise<RegionRow[]> {
  const { tenant } = context;
  const counts = new Map<string, RegionRow>();
  const add = (store: Store, region: string, allowed: boolean): void => {
    const key = `${store} ${region}`;
    const old = counts.get(key) ?? { store, region, events: 0, outOfRegion: 0 };
    counts.set(key, { ...old, events: old.events + 1, outOfRegion: old.outOfRegion + (allowed ? 0 : 1) });
  };
  for await (const events of periodEvents(context)) {
    for (const { envelope } of events) {
      const inOwn = envelope.region === tenant.region;
      add('log', envelope.region, inOwn);
      if (envelope.sealed !== undefined) add('key', envelope.region, inOwn);
      if (envelope.type === 'report.issued') add('export', envelope.region, inOwn);
      if (isAccess(envelope.type)) add('access', envelope.region, inOwn);
      if (!('modelRegion' in envelope.data) || envelope.data.modelRegion === undefined) continue;
      const { policy } = tenant.policyAt(new Date(envelope.time));
      const { modelRegion } = envelope.data;
      add('model', modelRegion, allowsModelRegion(policy, tenant.region, modelRegion));
    }
  }
  return [...counts.values()].toSorted(
    (a, b) => STORES.indexOf(a.store) - STORES.indexOf(b.store) || b.events - a.events,
  );
}
