import type { Entity, EntityKind } from '../../../domain/entities/entity.ts';
import { subjectErasedSql } from '../../abuse-activity/queries/erased.ts';
import type { Db } from '../../runner/view.ts';
import { shownToken, storedToken } from '../token.ts';

/** What a pivot walks at most: an address of a carrier is shared by everybody, and says nothing about anybody. */
export const PIVOT_LIMITS = {
  /** From so many accounts on an entity is a hub: it is counted up to here, shown, and not walked through. */
  hub: 100,
  /** Accounts of the first hop that are shown. */
  subjects: 50,
  /** Entities of one account that are followed. */
  entitiesOfSubject: 12,
  /** Accounts shown of an entity of the second hop. */
  subjectsBeyond: 20,
} as const;

export interface LinkedSubject {
  readonly subject: string;
  /** Assets that the link rests on, of those that are not erased. */
  readonly assets: number;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  /** When the asset it was last seen with is erased, as it stands. */
  readonly eraseAt: Date | null;
}

export interface LinkedEntity extends Entity {
  /** Accounts that it is linked to, `hub` at most. */
  readonly degree: number;
  readonly isHub: boolean;
  /** Accounts of the first hop that have it too. */
  readonly via: readonly string[];
  /** Accounts beyond the first hop; none of a hub. */
  readonly beyond: readonly { readonly subject: string; readonly assets: number }[];
}

export interface Pivot {
  readonly degree: number;
  readonly isHub: boolean;
  /** The most assets first. */
  readonly subjects: readonly LinkedSubject[];
  /** What those share with each other and with others. */
  readonly entities: readonly LinkedEntity[];
}

const LINKS = 'view_abuse_entities.links';
const SIGHTINGS = 'view_abuse_entities.sightings';

/**
 * Who shares an entity, and what those share with whom: two hops. An account is named only while its keys are there; a link,
 * and the degree of an entity of the second hop, are as the view has folded erasures. Undefined where nobody has the entity.
 */
export async function pivot(db: Db, tenant: string, entity: Entity): Promise<Pivot | undefined> {
  const token = storedToken(entity.token);
  const subjects = await nearSubjects(db, tenant, token);
  const [first] = subjects;
  if (first === undefined) return undefined;
  const near = subjects.map(({ subject }) => subject);
  const entities = await farEntities(db, tenant, token, near);
  return {
    degree: first.degree,
    isHub: first.degree >= PIVOT_LIMITS.hub,
    subjects: subjects.map(({ subject, assets, firstSeen, lastSeen, eraseAt }) => ({
      ...{ subject, assets, firstSeen, lastSeen, eraseAt },
    })),
    entities,
  };
}

async function nearSubjects(
  db: Db,
  tenant: string,
  token: string,
): Promise<(LinkedSubject & { readonly degree: number })[]> {
  const { rows } = await db.query<LinkedSubject & { readonly degree: number }>(
    `with linked as materialized (
       select subject, assets from ${LINKS} l where tenant = $1 and token = $2
         and not ${subjectErasedSql('$1', 'l.subject')} order by subject limit $3),
     shown as (select *, (select count(*)::int from linked) as degree from linked order by assets desc, subject limit $4)
     select s.subject, s.assets, s.degree, first.seen_at as "firstSeen", last.seen_at as "lastSeen",
            (select a.erase_at from view_user_assets.assets a where a.tenant = $1 and a.asset = last.asset) as "eraseAt"
     from shown s
     cross join lateral (select seen_at from ${SIGHTINGS} where tenant = $1 and token = $2 and subject = s.subject
                         order by seen_at limit 1) first
     cross join lateral (select seen_at, asset from ${SIGHTINGS} where tenant = $1 and token = $2
                         and subject = s.subject order by seen_at desc limit 1) last
     order by s.assets desc, s.subject`,
    [tenant, token, PIVOT_LIMITS.hub, PIVOT_LIMITS.subjects],
  );
  return rows;
}

interface FarRow {
  readonly token: string;
  readonly kind: EntityKind;
  readonly degree: number;
  readonly via: string[];
  readonly subjects: string[] | null;
  readonly assets: number[] | null;
}

async function farEntities(
  db: Db,
  tenant: string,
  token: string,
  near: readonly string[],
): Promise<LinkedEntity[]> {
  const { rows } = await db.query<FarRow>(
    `with held as (
       select h.token, h.kind, array_agg(n.subject order by n.subject) as via
       from unnest($3::uuid[]) as n (subject)
       cross join lateral (select token, kind from ${LINKS} where tenant = $1 and subject = n.subject and token <> $2
                           order by kind, token limit $4) h
       group by h.token, h.kind),
     sized as (
       select held.*, (select count(*)::int from (select from ${LINKS} where tenant = $1 and token = held.token
                                                  limit $5) counted) as degree from held)
     select s.token, s.kind, s.degree, s.via, beyond.subjects, beyond.assets from sized s
     left join lateral (
       select array_agg(subject) as subjects, array_agg(assets) as assets from (
         select subject, assets from ${LINKS} l
         where tenant = $1 and token = s.token and s.degree < $5 and subject <> all($3::uuid[])
           and not ${subjectErasedSql('$1', 'l.subject')}
         order by subject limit $6) others) beyond on true
     order by s.kind, s.degree desc, s.token`,
    [
      ...[tenant, token, near, PIVOT_LIMITS.entitiesOfSubject],
      ...[PIVOT_LIMITS.hub, PIVOT_LIMITS.subjectsBeyond],
    ],
  );
  return rows.map(({ token: stored, kind, degree, via, subjects, assets }) => ({
    ...{ kind, token: shownToken(stored), degree, isHub: degree >= PIVOT_LIMITS.hub, via },
    beyond: (subjects ?? []).map((subject, index) => ({ subject, assets: assets?.[index] ?? 0 })),
  }));
}
