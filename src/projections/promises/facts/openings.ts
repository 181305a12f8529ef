import type { Db } from '../../runner/view.ts';
import { promisedSql, type Scope } from '../scope.ts';

export interface OpeningFacts {
  readonly byPublic: number;
  /** Openings of what its user had not shared with the public by then. */
  readonly publicWithoutShare: number;
  /** Assets that were made in a session; reads of such that name a session, and those that name another one. */
  readonly assetsWithSession: number;
  readonly readsWithSession: number;
  readonly readsAcrossSessions: number;
  /** Openings within a case that nobody had approved by then. */
  readonly revealedUnapproved: number;
}

/** A link is public: whoever has it may open. What is shared within the organisation is not. */
const OPENINGS = `
  with opened as (
    select coalesce((select s.kind <> 'shared:organisation' from view_evidence.acts s
       where s.tenant = o.tenant and s.asset = o.asset and s.position < o.position and s.kind like 'shared:%'
       order by s.position desc limit 1), false) as shared
    from view_evidence.acts o
    where o.tenant = $1 and o.kind = 'opened-in-public' and ${promisedSql('o.position', '$2', '$3')}
  ), sessions as (
    select * from view_evidence.sessions where tenant = $1 and policy <> all ($4::integer[])
  ), reads as (
    select r.asset, r.reads, exists (
      select from view_evidence.sessions m
      where m.tenant = $1 and m.asset = r.asset and m.token = r.token and m.made) as within
    from sessions r where r.reads > 0 and exists (
      select from view_evidence.sessions m where m.tenant = $1 and m.asset = r.asset and m.made)
  )
  select count(*) as "byPublic", count(*) filter (where not shared) as "publicWithoutShare",
    (select count(distinct asset) from sessions where made) as "assetsWithSession",
    (select coalesce(sum(reads), 0)::int8 from reads) as "readsWithSession",
    (select coalesce(sum(reads) filter (where not within), 0)::int8 from reads) as "readsAcrossSessions",
    (select count(*) from view_evidence.acts r
     where r.tenant = $1 and r.kind like 'revealed:%' and ${promisedSql('r.position', '$2', '$3')} and not exists (
       select from view_evidence.acts a where a.tenant = $1 and a.position < r.position
         and a.kind = 'approved:' || split_part(r.kind, ':', 2))) as "revealedUnapproved"
  from opened`;

export async function openingFacts(
  db: Db,
  tenant: string,
  { since, until, unpromised }: Scope,
): Promise<OpeningFacts> {
  const { rows } = await db.query<OpeningFacts>(OPENINGS, [tenant, since, until, unpromised]);
  const [found] = rows;
  if (found === undefined) throw new Error('an aggregate without a row');
  return found;
}
