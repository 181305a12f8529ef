import type { Db } from '../../runner/view.ts';

/** Devices and payments of one account that are looked at: nobody has so many of his own. */
const ENTITIES = 20;

/**
 * The accounts on each device and payment of an account that others use too, itself included, as far as they were seen there
 * until an instant. Of an entity that more than `most` use only `most` + 1 are named. For the rules, on the writer's pool.
 */
export async function companiesOf(
  db: Db,
  { tenant, subject }: { readonly tenant: string; readonly subject: string },
  { until, most }: { readonly until: Date; readonly most: number },
): Promise<string[][]> {
  const { rows } = await db.query<{ subjects: string[] }>(
    `with own as (
       select token from view_abuse_entities.links
       where tenant = $1 and subject = $2 and kind in ('device', 'payment') order by kind, token limit $5)
     select users.subjects from own
     cross join lateral (
       select array(
         select l.subject::text from view_abuse_entities.links l
         where l.tenant = $1 and l.token = own.token
           and exists (select from view_abuse_entities.sightings s
                       where s.tenant = $1 and s.token = own.token and s.subject = l.subject and s.seen_at <= $3)
         order by l.subject limit $4) as subjects) users
     where cardinality(users.subjects) > 1`,
    [tenant, subject, until, most + 1, ENTITIES],
  );
  return rows.map(({ subjects }) => subjects);
}
