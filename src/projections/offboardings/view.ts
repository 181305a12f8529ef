import { viewTables } from '../runner/tables.ts';
import type { Db, EventNamed, RecordedEvent, View } from '../runner/view.ts';

const tables = (schema: string): string =>
  viewTables(schema, [
    {
      name: 'offboardings',
      columns: `
        tenant       uuid not null,
        offboarding  uuid not null,
        state        text not null check (state in ('announced', 'confirmed', 'withdrawn', 'started', 'erased')),
        not_before   timestamptz(3) not null,
        announced_at timestamptz(3) not null,
        confirmed_at timestamptz(3),
        erased_at    timestamptz(3),
        certificate  uuid,
        position     bigint not null,
        primary key (tenant, offboarding)`,
      indexes: { offboardings_open: `(tenant) where state in ('confirmed', 'started')` },
    },
  ]);

type Announced = EventNamed<'offboarding.announced'>;

const announce = ({ tenant, data, time, position }: Announced, db: Db, schema: string): Promise<unknown> =>
  db.query(
    `insert into ${schema}.offboardings (tenant, offboarding, state, not_before, announced_at, position)
     values ($1, $2, 'announced', $3, $4, $5) on conflict do nothing`,
    [tenant, data.offboarding, data.notBefore, time, position],
  );

/** A tenant's end has a handful of events: each is a statement of its own, in the order of the log. */
async function apply(events: readonly RecordedEvent[], db: Db, schema: string): Promise<void> {
  for (const event of events) await fold(event, db, schema);
}

async function fold(event: RecordedEvent, db: Db, schema: string): Promise<unknown> {
  const set = (offboarding: string, assignments: string, ...values: readonly unknown[]): Promise<unknown> =>
    db.query(`update ${schema}.offboardings set ${assignments} where tenant = $1 and offboarding = $2`, [
      event.tenant,
      offboarding,
      ...values,
    ]);
  switch (event.type) {
    case 'offboarding.announced':
      return announce(event, db, schema);
    case 'offboarding.confirmed':
      return set(event.data.offboarding, `state = 'confirmed', confirmed_at = $3`, event.time);
    case 'offboarding.withdrawn':
      return set(event.data.offboarding, `state = 'withdrawn'`);
    case 'offboarding.started':
      return set(event.data.offboarding, `state = 'started'`);
    case 'tenant.erased': {
      const { offboarding, erasedAt, certificate } = event.data;
      return set(offboarding, `state = 'erased', erased_at = $3, certificate = $4`, erasedAt, certificate);
    }
    default:
      return undefined;
  }
}

/** The ends of tenants, for the worker that carries them out. */
export const offboardings: View = { name: 'offboardings', version: 1, tables, apply };
