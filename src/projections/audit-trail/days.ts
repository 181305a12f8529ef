import { bulkRows } from '../runner/bulk.ts';
import type { Db, RecordedEvent } from '../runner/view.ts';

interface Day {
  readonly tenant: string;
  /** UTC, YYYY-MM-DD. */
  readonly day: string;
  readonly facet: number;
  events: number;
}

const columns = bulkRows<Day>([
  { name: 'tenant', type: 'uuid', value: ({ tenant }) => tenant },
  { name: 'day', type: 'date', value: ({ day }) => day },
  { name: 'facet', type: 'int8', value: ({ facet }) => facet },
  { name: 'events', type: 'int8', value: ({ events }) => events },
]);

/** Adds the events to the counts of their days. `facets` has the number of each event's facet. */
export async function addToDays(
  events: readonly RecordedEvent[],
  facets: readonly number[],
  db: Db,
  schema: string,
): Promise<void> {
  const days = new Map<string, Day>();
  events.forEach(({ tenant, time }, index) => {
    const facet = facets[index] ?? 0;
    // Envelopes write their times in UTC.
    const day = time.slice(0, 10);
    const key = `${day}/${facet}`;
    const known = days.get(key);
    if (known === undefined) days.set(key, { tenant, day, facet, events: 1 });
    else known.events++;
  });
  await db.query(
    `insert into ${schema}.days (${columns.names}) ${columns.select}
     on conflict (tenant, day, facet) do update set events = days.events + excluded.events`,
    columns.values([...days.values()]),
  );
}
